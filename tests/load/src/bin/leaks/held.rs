//! What this process holds.

use std::time::Duration;
use std::{fmt, fs};

use anyhow::{Context as _, Result};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

/// How much more memory may be held after many calls: less than a hundred bytes each, of 100,000. Allocators keep some.
const TOLERANCE: u64 = 8 << 20;
/// How long a server has patience with callers that are still sending, and more.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tasks, open files (sockets among them) and memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    tasks: usize,
    files: usize,
    /// Bytes that belong to it alone, wherever the system keeps them (`RssAnon` and `VmSwap` of proc(5)).
    memory: u64,
}

impl Held {
    fn now() -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status").context("the system does not say what a process holds")?;
        let kibibytes = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            Ok(line.with_context(|| format!("no {name}"))?.trim().trim_end_matches("kB").trim().parse()?)
        };
        let memory = (kibibytes("RssAnon:")? + kibibytes("VmSwap:")?) << 10;
        let tasks = Handle::current().metrics().num_alive_tasks();
        Ok(Self { tasks, files: fs::read_dir("/proc/self/fd")?.count(), memory })
    }

    /// What is held once it is no more than `before`; without that, once it has not changed for a while. What does not end
    /// in good time is what is looked for.
    pub(crate) async fn settled(before: Option<Self>) -> Result<Self> {
        let end = Instant::now() + PATIENCE;
        let mut found = Self::now()?;
        let mut looks = 0;
        while looks < 150 && Instant::now() < end {
            sleep(Duration::from_millis(50)).await;
            let now = Self::now()?;
            if before.is_some_and(|before| now.is_like(before)) {
                return Ok(now);
            }
            let is_same = (now.tasks, now.files) == (found.tasks, found.files);
            looks = if is_same && before.is_none() { looks + 1 } else { 0 };
            found = now;
        }
        Ok(found)
    }

    /// Whether no task and no file is held besides those, and not much more memory.
    pub(crate) fn is_like(self, before: Self) -> bool {
        self.tasks <= before.tasks && self.files <= before.files && self.memory <= before.memory + TOLERANCE
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory as f64 / f64::from(1 << 20);
        write!(f, "{} tasks, {} open files, {memory:.1} MiB", self.tasks, self.files)
    }
}
