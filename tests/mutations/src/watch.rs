//! Time and memory of the case at hand. One beyond all bounds ends the program, because nothing else would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a case may take, on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);

/// How much memory the program may have, in bytes.
const LARGEST: usize = 2_000_000_000;

/// The case at hand.
struct Current {
    name: String,
    start: Instant,
}

/// Looks at a run from the side.
pub(crate) struct Watch {
    current: Arc<Mutex<Option<Current>>>,
    text: PathBuf,
    longest: Duration,
}

impl Watch {
    /// Watches from now on. The description at hand is written to `text`, so that it is there after the end, too.
    pub(crate) fn start(text: &Path) -> Self {
        let current: Arc<Mutex<Option<Current>>> = Arc::default();
        let watched = Arc::clone(&current);
        let path = text.to_owned();
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(100));
                let current = watched.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(current) = current.as_ref() else { continue };
                let (time, memory) = (current.start.elapsed(), status("VmRSS:"));
                if time > LONGEST || memory > LARGEST {
                    eprintln!(
                        "{}: after {time:?} with {} MB; see {}",
                        current.name,
                        memory / 1_000_000,
                        path.display()
                    );
                    process::exit(1);
                }
            }
        });
        Self { current, text: text.to_owned(), longest: Duration::ZERO }
    }

    /// A case begins.
    pub(crate) fn begin(&mut self, name: String, text: &str) {
        // Without the file only the case's number tells what it was.
        let _ = fs::write(&self.text, text);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Current { name, start: Instant::now() });
    }

    /// It ends.
    pub(crate) fn end(&mut self) {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.longest = self.longest.max(current.map_or(Duration::ZERO, |current| current.start.elapsed()));
    }

    /// What the longest case has taken.
    pub(crate) fn longest(&self) -> Duration {
        self.longest
    }

    /// The most memory that the program has had, in bytes.
    pub(crate) fn peak(&self) -> usize {
        status("VmHWM:")
    }
}

/// What Linux says of this process, in bytes; 0 elsewhere.
fn status(name: &str) -> usize {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().map_or(0, |kilobytes: usize| kilobytes * 1_024)
}
