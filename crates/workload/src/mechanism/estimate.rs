//! An estimate of something that each job takes, from what the last ones took.

/// So much each, once some have been measured. A rise counts at once; a fall has to convince.
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
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    #[expect(
        clippy::cast_sign_loss,
        reason = "both are positive, and small is what counts"
    )]
    pub(super) fn fitting(&self, total: u64) -> Option<usize> {
        self.0.map(|each| (total as f64 / each.max(0.1)) as usize)
    }
}
