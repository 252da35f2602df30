//! The one place that knows a clock: tokio's, or a browser's.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

pub(crate) use machine::{Instant, of_day, sleep};

/// `future`'s output, or `None` after `duration`.
pub(crate) async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
    let (mut future, mut timer) = (pin!(future), pin!(sleep(duration)));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll(cx).map(|()| None),
    })
    .await
}

#[cfg(not(target_arch = "wasm32"))]
mod machine {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    pub(crate) use tokio::time::{Instant, sleep};

    /// The time that the machine has, since the beginning of 1970.
    pub(crate) fn of_day() -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

#[cfg(target_arch = "wasm32")]
mod machine {
    use std::time::Duration;

    use gloo_timers::future::TimeoutFuture;
    use send_wrapper::SendWrapper;

    /// A moment of the clock of day, for want of another one.
    #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
    pub(crate) struct Instant(Duration);

    impl Instant {
        pub(crate) fn now() -> Self {
            Self(of_day())
        }

        pub(crate) fn elapsed(self) -> Duration {
            of_day().saturating_sub(self.0)
        }

        #[allow(dead_code, reason = "it is for tokens, which not every API has")]
        pub(crate) fn checked_add(self, duration: Duration) -> Option<Self> {
            self.0.checked_add(duration).map(Self)
        }
    }

    pub(crate) fn sleep(duration: Duration) -> SendWrapper<TimeoutFuture> {
        // Longer than these 24 days `setTimeout` does not wait.
        let milliseconds = u32::try_from(duration.as_millis()).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs());
        SendWrapper::new(TimeoutFuture::new(milliseconds))
    }

    /// The time that the machine has, since the beginning of 1970.
    pub(crate) fn of_day() -> Duration {
        Duration::try_from_secs_f64(js_sys::Date::now() / 1000.0).unwrap_or_default()
    }
}
