//! Estimates of what each job takes, from what the last ones took.

/// What each takes: of the last three measurements, the one in the middle. The system takes the core
/// from a worker for some milliseconds now and then, and one such chunk must not make long jobs of
/// short ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Typical {
    last: [f64; 3],
    /// How many were made.
    measured: usize,
}

impl Typical {
    /// Learns that `jobs` jobs took `total` together.
    #[expect(clippy::cast_precision_loss, reason = "an estimate needs no 53 bits")]
    pub(super) fn measured(&mut self, jobs: usize, total: u128) {
        if jobs > 0 {
            self.last[self.measured % self.last.len()] = total as f64 / jobs as f64;
            self.measured += 1;
        }
    }

    /// What each takes; of two measurements the larger. None is known before the first.
    pub(super) fn each(&self) -> Option<f64> {
        let mut known = self.last;
        let known = &mut known[..self.measured.min(self.last.len())];
        known.sort_unstable_by(f64::total_cmp);
        known.get(known.len() / 2).copied()
    }
}

/// So much each at most, once some have been measured. A rise counts at once; a fall has to convince.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Estimate(Option<f64>);

impl Estimate {
    /// Learns that `jobs` jobs took `total` together.
    #[expect(clippy::cast_precision_loss, reason = "an estimate needs no 53 bits")]
    pub(super) fn measured(&mut self, jobs: usize, total: u128) {
        if jobs == 0 {
            return;
        }
        let sample = total as f64 / jobs as f64;
        self.0 = Some(match self.0 {
            Some(before) if sample < before => 0.5 * before + 0.5 * sample,
            _ => sample,
        });
    }

    /// How many jobs take `total` together; none is known before the first measurement.
    pub(super) fn fitting(&self, total: u64) -> Option<usize> {
        self.0.map(|each| fitting(each, total))
    }
}

/// How many that take so much each take `total` together.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are positive, and small is what counts"
)]
pub(super) fn fitting(each: f64, total: u64) -> usize {
    (total as f64 / each.max(0.1)) as usize
}
