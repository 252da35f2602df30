//! Two pieces of work, measured in turns, so that whatever else the machine does hits both.

use std::time::{Duration, Instant};

use stats_alloc::Region;

use crate::ALLOCATOR;

/// The same work, done by generated and by hand-written code.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) generated: Box<dyn FnMut()>,
    pub(crate) hand_written: Box<dyn FnMut()>,
}

/// What one iteration takes. Pairs are of generated and hand-written code.
pub(crate) struct Comparison {
    /// Seconds, the median of all batches.
    pub(crate) generated: f64,
    /// The same.
    pub(crate) hand_written: f64,
    /// Between these is the middle half of the ratios of neighbouring batches.
    pub(crate) quartiles: (f64, f64),
    pub(crate) allocations: (usize, usize),
    pub(crate) bytes: (usize, usize),
}

impl Comparison {
    pub(crate) fn ratio(&self) -> f64 {
        self.generated / self.hand_written
    }
}

/// How long a batch takes, about.
const BATCH: Duration = Duration::from_millis(3);
const ROUNDS: usize = 201;

/// Measures both sides of a case.
pub(crate) fn compare(mut case: Case) -> Comparison {
    let (generated, hand_written) = (&mut *case.generated, &mut *case.hand_written);
    let count = calibrate(hand_written);
    calibrate(generated);
    let (mut generated_times, mut hand_written_times) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Neither is always the one that finds the caches as the other has left them.
        if round % 2 == 0 {
            generated_times.push(batch(generated, count));
            hand_written_times.push(batch(hand_written, count));
        } else {
            hand_written_times.push(batch(hand_written, count));
            generated_times.push(batch(generated, count));
        }
    }
    let mut ratios: Vec<f64> =
        generated_times.iter().zip(&hand_written_times).map(|(left, right)| left / right).collect();
    ratios.sort_by(f64::total_cmp);
    let (ours, theirs) = (allocated(generated), allocated(hand_written));
    Comparison {
        generated: median(generated_times),
        hand_written: median(hand_written_times),
        quartiles: (ratios[ROUNDS / 4], ratios[ROUNDS * 3 / 4]),
        allocations: (ours.0, theirs.0),
        bytes: (ours.1, theirs.1),
    }
}

/// How often the work is done in a batch, once everything that is made on first use is there.
fn calibrate(work: &mut dyn FnMut()) -> usize {
    let mut count = 1;
    while batch(work, count) * (count as f64) < BATCH.as_secs_f64() {
        count *= 2;
    }
    count
}

/// Seconds for one of `count` iterations.
fn batch(work: &mut dyn FnMut(), count: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..count {
        work();
    }
    start.elapsed().as_secs_f64() / count as f64
}

/// How often an iteration allocates or grows an allocation, and how many bytes.
fn allocated(work: &mut dyn FnMut()) -> (usize, usize) {
    const COUNT: usize = 16;
    let region = Region::new(ALLOCATOR);
    for _ in 0..COUNT {
        work();
    }
    let change = region.change();
    ((change.allocations + change.reallocations) / COUNT, change.bytes_allocated / COUNT)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
