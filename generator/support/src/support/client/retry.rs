//! When a call is tried again, and how long it waits before.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, Method, header};

use crate::support::body::BoxError;
use crate::support::client::Reply;
use crate::support::client::call::Failed;
use crate::support::client::time::{self, Instant};

/// The longest wait that a server is granted which says how long it wants to be left alone.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long a call may take, and how often it is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// From the first byte sent to the last byte read, waits and all tries included.
    pub(crate) timeout: Duration,
    /// The same of each try.
    pub(crate) try_timeout: Duration,
    /// How long a body that is handed on unread may bring nothing.
    pub(crate) idle_timeout: Duration,
    /// How many tries there may be after the first.
    pub(crate) retries: u32,
    /// The bound of the wait before the first retry, and that of any.
    pub(crate) backoff: (Duration, Duration),
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            try_timeout: Duration::MAX,
            idle_timeout: Duration::from_secs(300),
            retries: 2,
            backoff: (Duration::from_millis(500), Duration::from_secs(8)),
        }
    }
}

impl Limits {
    /// A random wait ("full jitter"), whose bound doubles with each that was in vain.
    pub(crate) fn wait(&self, in_vain: u32) -> Duration {
        let (first, longest) = self.backoff;
        let doubled = 1_u32.checked_shl(in_vain).unwrap_or(u32::MAX);
        first.saturating_mul(doubled).min(longest).mul_f64(random())
    }
}

/// What keeps retries from multiplying an outage: a hundred retries, and one more for every ten calls. A client shares
/// it with its clones.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const RETRY: u32 = 10;
    const FULL: u32 = 100 * Self::RETRY;

    pub(crate) fn full() -> Arc<Self> {
        Arc::new(Self(AtomicU32::new(Self::FULL)))
    }

    /// Notes a call.
    fn deposit(&self) {
        let more = |found| (found < Self::FULL).then_some(found + 1);
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Takes a retry, if one is left.
    fn withdraw(&self) -> bool {
        let less = |found: u32| found.checked_sub(Self::RETRY);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

/// Which ends of a try allow another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Any: the method is idempotent (RFC 9110, section 9.2.2), or the request has a key that makes it so.
    Idempotent,
    /// Those before the API has acted on the request.
    UnlessProcessed,
    /// None: the body cannot be sent again.
    Once,
}

impl Safety {
    pub(crate) fn of(method: &Method, headers: &HeaderMap, is_repeatable: bool) -> Self {
        let is_idempotent = matches!(
            *method,
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE | Method::PUT | Method::DELETE
        );
        match () {
            () if !is_repeatable => Self::Once,
            () if is_idempotent || headers.contains_key("idempotency-key") => Self::Idempotent,
            () => Self::UnlessProcessed,
        }
    }
}

/// The tries of one call.
pub(crate) struct Tries {
    limits: Limits,
    safety: Safety,
    budget: Arc<Budget>,
    begun: Instant,
    /// How many have begun.
    pub(crate) count: u32,
}

impl Tries {
    /// Begins the first one.
    pub(crate) fn begin(limits: Limits, safety: Safety, budget: Arc<Budget>) -> Self {
        budget.deposit();
        Self { limits, safety, budget, begun: Instant::now(), count: 1 }
    }

    /// How long the try that has just begun may take.
    pub(crate) fn time(&self) -> Duration {
        self.left().min(self.limits.try_timeout)
    }

    fn left(&self) -> Duration {
        self.limits.timeout.saturating_sub(self.begun.elapsed())
    }

    /// What becomes of a call whose try has taken its time.
    pub(crate) fn timeout(&self) -> Failed {
        Failed::Timeout(if self.left().is_zero() { self.limits.timeout } else { self.limits.try_timeout })
    }

    /// How long to wait before the next try, which has begun by that; `None` if the outcome stands.
    pub(crate) fn next(&mut self, outcome: &Result<Reply, Failed>) -> Option<Duration> {
        if self.count > self.limits.retries || self.safety == Safety::Once {
            return None;
        }
        let wish = self.wish(outcome)?;
        let wait = wish.unwrap_or_default().saturating_add(self.backoff());
        let is_bearable = wish.is_none_or(|wish| wish <= LONGEST_WAIT);
        if !is_bearable || wait >= self.left() || !self.budget.withdraw() {
            return None;
        }
        self.count += 1;
        Some(wait)
    }

    /// Whether another try makes sense and is safe, and how long the server wants to be left alone.
    fn wish(&self, outcome: &Result<Reply, Failed>) -> Option<Option<Duration>> {
        let is_idempotent = self.safety == Safety::Idempotent;
        match outcome {
            Ok(reply) => {
                let wish = retry_after(reply.headers());
                match reply.code() {
                    // Both say that the request was turned away (RFC 6585, section 4; RFC 9110, section 15.6.4), though
                    // 503 is answered in other cases as well; who says when to come back means it.
                    429 | 503 => (is_idempotent || wish.is_some()).then_some(wish),
                    408 | 502 | 504 => is_idempotent.then_some(wish),
                    _ => None,
                }
            }
            Err(Failed::Transport(error)) => match Loss::of(error.as_ref()) {
                Loss::Permanent => None,
                Loss::Unsent => Some(None),
                Loss::Unknown => is_idempotent.then_some(None),
            },
            Err(Failed::Timeout(_)) => is_idempotent.then_some(None),
            Err(Failed::Credential(_) | Failed::TooLarge(_)) => None,
        }
    }

    fn backoff(&self) -> Duration {
        self.limits.wait(self.count - 1)
    }

    /// The outcome of the last try as that of the call.
    pub(crate) fn end(&self, outcome: Result<Reply, Failed>) -> Result<Reply, Failed> {
        match outcome {
            Err(Failed::Transport(source)) if self.count > 1 => {
                Err(Failed::Transport(GivenUp { tries: self.count, source }.into()))
            }
            outcome => outcome,
        }
    }
}

/// From 0 to 1. A seed that every `RandomState` has anew is chance enough.
#[cfg(not(target_arch = "wasm32"))]
fn random() -> f64 {
    use std::hash::{BuildHasher as _, RandomState};
    (RandomState::new().hash_one(()) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(target_arch = "wasm32")]
fn random() -> f64 {
    js_sys::Math::random()
}

/// How long a server wants to be left alone (RFC 9110, section 10.2.3): a number of seconds, or a date, which is held
/// against the server's own clock where it tells it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let date = |text| httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok();
    let wish = text(header::RETRY_AFTER)?.trim();
    if !wish.is_empty() && wish.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(wish.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let now = text(header::DATE).and_then(date).unwrap_or_else(time::of_day);
    Some(date(wish)?.saturating_sub(now))
}

/// What a transport's error says of the request.
#[derive(Debug, PartialEq, Eq)]
enum Loss {
    /// It cannot succeed.
    Permanent,
    /// There was no connection to send it by.
    Unsent,
    /// It may have arrived.
    Unknown,
}

impl Loss {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let mut loss = Self::Unknown;
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<TooManyRedirects>() {
                return Self::Permanent;
            }
            let of_reqwest = error.downcast_ref::<reqwest::Error>();
            if of_reqwest.is_some_and(|error| error.is_builder() || error.is_redirect()) {
                return Self::Permanent;
            }
            // A browser does not say.
            #[cfg(not(target_arch = "wasm32"))]
            if of_reqwest.is_some_and(reqwest::Error::is_connect) {
                loss = Self::Unsent;
            }
            match error.downcast_ref::<io::Error>().map(io::Error::kind) {
                // A certificate that is not valid.
                Some(ErrorKind::InvalidData) => return Self::Permanent,
                Some(ErrorKind::ConnectionRefused) => loss = Self::Unsent,
                _ => {}
            }
            next = error.source();
        }
        loss
    }
}

/// The redirects of a request do not end.
#[derive(Debug)]
pub(crate) struct TooManyRedirects;

impl fmt::Display for TooManyRedirects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many redirects")
    }
}

impl Error for TooManyRedirects {}

/// The last of several tries has failed.
#[derive(Debug)]
struct GivenUp {
    tries: u32,
    source: BoxError,
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the last of {} tries failed", self.tries)
    }
}

impl Error for GivenUp {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(retries: u32, backoff: (Duration, Duration)) -> Tries {
        let limits = Limits { retries, backoff, ..Limits::default() };
        Tries::begin(limits, Safety::Idempotent, Budget::full())
    }

    #[test]
    fn a_wish_is_a_number_of_seconds_or_a_date() {
        let now = "Sun, 06 Nov 1994 08:49:37 GMT";
        let rows = [
            (Some("120"), Some(120)),
            (Some(" 0 "), Some(0)),
            (Some("99999999999999999999"), Some(u64::MAX)),
            // The three notations of a date (RFC 9110, section 5.6.7).
            (Some("Sun, 06 Nov 1994 08:49:40 GMT"), Some(3)),
            (Some("Sunday, 06-Nov-94 08:50:37 GMT"), Some(60)),
            (Some("Sun Nov  6 08:49:38 1994"), Some(1)),
            (Some("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0)),
            (Some("soon"), None),
            (Some("-1"), None),
            (Some("1.5"), None),
            (Some(""), None),
            (None, None),
        ];
        for (wish, expected) in rows {
            let mut headers = HeaderMap::new();
            headers.insert(header::DATE, now.parse().expect("a header"));
            headers.extend(wish.map(|wish| (header::RETRY_AFTER, wish.parse().expect("a header"))));
            let found = retry_after(&headers).map(|wish| wish.as_secs());
            assert_eq!(found, expected, "{wish:?}");
        }
        // Without the server's clock by one's own, by which that day is long over.
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, now.parse().expect("a header"))]);
        assert_eq!(retry_after(&headers), Some(Duration::ZERO));
    }

    #[tokio::test]
    async fn waits_are_random_below_a_bound_that_doubles() {
        let mut tries = tries(10, (Duration::from_millis(100), Duration::from_millis(350)));
        for bound in [100, 200, 350, 350] {
            let waits: Vec<Duration> = (0..200).map(|_| tries.backoff()).collect();
            let most = waits.iter().max().expect("some");
            assert!(*most <= Duration::from_millis(bound) && *most > Duration::from_millis(bound * 8 / 10), "{most:?}");
            assert!(waits.iter().any(|wait| *wait < Duration::from_millis(bound / 5)));
            tries.count += 1;
        }
        // Where nothing bounds it, it does not overflow.
        tries.count = 1000;
        tries.limits.backoff = (Duration::MAX, Duration::MAX);
        assert!(tries.backoff() < Duration::MAX);
    }

    #[test]
    fn the_budget_is_a_hundred_and_a_tenth_of_the_calls() {
        let budget = Budget::full();
        budget.deposit();
        assert_eq!((0..200).filter(|_| budget.withdraw()).count(), 100);
        (0..99).for_each(|_| budget.deposit());
        assert_eq!((0..200).filter(|_| budget.withdraw()).count(), 9);
        budget.deposit();
        assert!(budget.withdraw() && !budget.withdraw());
    }

    #[test]
    fn an_error_tells_whether_the_request_was_sent() {
        #[derive(Debug)]
        struct Layer(BoxError);
        impl fmt::Display for Layer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a layer")
            }
        }
        impl Error for Layer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self.0.as_ref())
            }
        }
        let rows: [(BoxError, Loss); 5] = [
            (io::Error::from(ErrorKind::ConnectionRefused).into(), Loss::Unsent),
            (io::Error::from(ErrorKind::ConnectionReset).into(), Loss::Unknown),
            (io::Error::new(ErrorKind::InvalidData, "certificate").into(), Loss::Permanent),
            (TooManyRedirects.into(), Loss::Permanent),
            ("anything".into(), Loss::Unknown),
        ];
        for (error, expected) in rows {
            let error = Layer(error);
            assert_eq!(Loss::of(&error), expected, "{error:?}");
        }
    }
}
