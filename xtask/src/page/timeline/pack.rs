//! Lanes: what one worker ran, one job after the other. Jobs that overlap stand in lanes of their
//! own, as cars do, up to as many as can be looked at.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bins::Bins;

/// Lanes of one worker that are kept apart.
const MOST_LANES: usize = 12;

/// The jobs of one worker.
#[derive(Debug, Clone, Default)]
pub(in crate::page) struct Worker {
    /// Jobs that it ran.
    pub(in crate::page) jobs: u64,
    /// The first lanes.
    pub(in crate::page) lanes: Vec<Lane>,
    /// When the jobs end for which there was no lane, in nanoseconds.
    beyond: BinaryHeap<Reverse<u64>>,
    /// The most jobs at once for which there was no lane.
    pub(in crate::page) more: usize,
}

/// Jobs of one worker, none of which overlap.
#[derive(Debug, Clone, Default)]
pub(in crate::page) struct Lane {
    /// How many.
    pub(in crate::page) jobs: u64,
    /// When they ran.
    pub(in crate::page) bins: Bins,
    /// Each of them, while there are few in the whole log.
    pub(in crate::page) bars: Vec<Bar>,
    /// When the last one ended.
    end: f64,
}

/// One job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::page) struct Bar {
    pub(in crate::page) start: f64,
    pub(in crate::page) end: f64,
    /// The share of its time that it was on a core.
    pub(in crate::page) computing: f64,
}

impl Worker {
    /// Adds a job. They come in the order in which they start: then there are no more lanes than
    /// jobs at once. It is kept by itself if asked.
    pub(super) fn add(&mut self, bar: Bar, keep: bool) {
        self.jobs += 1;
        let free = self.lanes.iter().position(|lane| lane.end <= bar.start);
        let lane = match free {
            Some(lane) => &mut self.lanes[lane],
            None if self.lanes.len() < MOST_LANES => {
                self.lanes.push(Lane::default());
                let new = self.lanes.len() - 1;
                &mut self.lanes[new]
            }
            None => {
                while let Some(Reverse(end)) = self.beyond.peek()
                    && *end <= nanoseconds(bar.start)
                {
                    self.beyond.pop();
                }
                self.beyond.push(Reverse(nanoseconds(bar.end)));
                self.more = self.more.max(self.beyond.len());
                return;
            }
        };
        lane.jobs += 1;
        lane.end = bar.end;
        lane.bins.add(bar.start, bar.end, bar.computing);
        if keep {
            lane.bars.push(bar);
        }
    }

    /// The most jobs at once.
    pub(super) fn at_once(&self) -> usize {
        self.lanes.len() + self.more
    }

    /// There are too many jobs to keep each of them.
    pub(super) fn forget_bars(&mut self) {
        for lane in &mut self.lanes {
            lane.bars = Vec::new();
        }
    }
}

/// Whole, so that they have an order.
pub(super) fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(jobs: impl Iterator<Item = (f64, f64)>) -> Worker {
        let mut worker = Worker::default();
        for (start, end) in jobs {
            let computing = 0.5;
            let bar = Bar {
                start,
                end,
                computing,
            };
            worker.add(bar, true);
        }
        worker
    }

    #[test]
    fn one_job_after_the_other_needs_one_lane() {
        let worker = packed((0..100).map(|nth| (f64::from(nth), f64::from(nth) + 1.0)));
        assert_eq!((worker.lanes.len(), worker.more), (1, 0));
        assert_eq!((worker.jobs, worker.lanes[0].jobs), (100, 100));
    }

    #[test]
    fn jobs_that_overlap_stand_side_by_side() {
        let worker = packed([(0.0, 3.0), (1.0, 2.0), (2.0, 4.0), (2.5, 3.5)].into_iter());
        let lanes = worker.lanes.iter().map(|lane| lane.jobs);
        assert_eq!(lanes.collect::<Vec<_>>(), [1, 2, 1]);
    }

    #[test]
    fn those_without_a_lane_are_counted() {
        // 200 at once, three times over.
        let jobs = (0..600).map(|nth| {
            let start = f64::from(nth / 200);
            (start, start + 1.0)
        });
        let worker = packed(jobs);
        assert_eq!((worker.lanes.len(), worker.at_once()), (12, 200));
        assert_eq!(worker.jobs, 600);
    }
}
