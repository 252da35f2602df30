//! Sets generated code (the crate `avido-api`) beside hand-written code that does the same work, and prints how
//! much more the generated takes: time as a ratio of medians, allocations as counted.
//!
//! `bench [FILTER]` compares the cases whose name contains `FILTER`. `bench --repeat SIDE COUNT NAME` does the work of
//! one side of one case, for a profiler: `valgrind --tool=callgrind`, `perf record`.

mod cases;
mod comparison;
mod generated;
mod hand_written;

use std::alloc::System;

use anyhow::{Context as _, Result, bail};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::comparison::{Case, compare};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let cases = cases::cases()?;
    match arguments.as_slice() {
        [] => report(cases, ""),
        ["--repeat", side, count, name] => repeat(cases, side, count.parse().context("COUNT is a number")?, name),
        [filter] if !filter.starts_with('-') => report(cases, filter),
        _ => bail!("usage: bench [FILTER] | bench --repeat generated|hand-written COUNT NAME"),
    }
}

/// A line for each case: the medians in microseconds, their ratio with the middle half of the ratios of neighbouring
/// batches, and the allocations of one iteration.
fn report(cases: Vec<Case>, filter: &str) -> Result<()> {
    println!(
        "{:<34} {:>10} {:>10} {:>6} {:>13} {:>12} {:>16}",
        "case", "generated", "by hand", "ratio", "middle half", "allocations", "bytes"
    );
    for case in cases.into_iter().filter(|case| case.name.contains(filter)) {
        let name = case.name;
        let found = compare(case);
        println!(
            "{name:<34} {:>8.2}µs {:>8.2}µs {:>6.2} {:>6.2}–{:<6.2} {:>12} {:>16}",
            found.generated * 1e6,
            found.hand_written * 1e6,
            found.ratio(),
            found.quartiles.0,
            found.quartiles.1,
            format!("{}/{}", found.allocations.0, found.allocations.1),
            format!("{}/{}", found.bytes.0, found.bytes.1),
        );
    }
    Ok(())
}

fn repeat(cases: Vec<Case>, side: &str, count: usize, name: &str) -> Result<()> {
    let mut case = cases.into_iter().find(|case| case.name == name).context("there is no such case")?;
    let work = match side {
        "generated" => &mut case.generated,
        "hand-written" => &mut case.hand_written,
        _ => bail!("a side is `generated` or `hand-written`"),
    };
    (0..count).for_each(|_| work());
    Ok(())
}
