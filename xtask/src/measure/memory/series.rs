//! Samples of memory over time: a bounded number of them, however long the run takes.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// Samples that are kept: more than a chart has room for, and little to look through.
const MOST: usize = 500;

/// How long the sampler waits between two looks at first. A short run is over soon, so it is
/// looked at often; a long one has time.
const FIRST_PAUSE: Duration = Duration::from_millis(2);

/// What a process tree had in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Memory {
    /// Most bytes of the whole tree at one moment.
    pub(crate) peak: u64,
    /// Moments in their order, that of the peak among them.
    pub(crate) series: Vec<Sample>,
}

/// One look at a process tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Sample {
    /// How long after the start; in seconds where it is written to a file.
    #[serde(serialize_with = "seconds")]
    #[cfg_attr(test, schemars(with = "f64"))]
    pub(crate) at: Duration,
    /// The processes that lived, by their number, and the bytes of each: first the root, then the
    /// others in the order in which they were first seen.
    pub(crate) by_process: Vec<(u32, u64)>,
}

/// Collects samples, and thins them out when there are too many.
#[derive(Debug)]
pub(super) struct Series {
    samples: Vec<Sample>,
    /// Where in `samples` the peak is.
    peak: usize,
    pause: Duration,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            samples: Vec::new(),
            peak: 0,
            pause: FIRST_PAUSE,
        }
    }
}

impl Series {
    /// How long to wait before the next sample.
    pub(super) fn pause(&self) -> Duration {
        self.pause
    }

    /// Adds the next sample; one in which nobody lived says nothing.
    pub(super) fn add(&mut self, sample: Sample) {
        if sample.by_process.is_empty() {
            return;
        }
        let is_peak = sample.bytes() > self.peak();
        self.samples.push(sample);
        if is_peak {
            self.peak = self.samples.len() - 1;
        }
        if self.samples.len() > MOST {
            self.thin_out();
        }
    }

    /// All samples are in.
    pub(super) fn finish(self) -> Memory {
        Memory {
            peak: self.peak(),
            series: self.samples,
        }
    }

    fn peak(&self) -> u64 {
        self.samples.get(self.peak).map_or(0, Sample::bytes)
    }

    /// Drops every second sample but never the peak. As many come in a time twice as long from now
    /// on, so the kept ones stay evenly spaced.
    fn thin_out(&mut self) {
        let (peak, mut index) = (self.peak, 0);
        self.samples.retain(|_| {
            let keep = index % 2 == 0 || index == peak;
            index += 1;
            keep
        });
        // Of those before the peak, every second was kept, beginning with the first.
        self.peak = peak.div_ceil(2);
        self.pause *= 2;
    }
}

impl Sample {
    /// Bytes of the whole tree.
    pub(crate) fn bytes(&self) -> u64 {
        self.by_process.iter().map(|(_, bytes)| bytes).sum()
    }
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(millis: u64, bytes: u64) -> Sample {
        Sample {
            at: Duration::from_millis(millis),
            by_process: vec![(1, bytes), (2, 1)],
        }
    }

    /// As the sampler does: a sample, a pause, for so long.
    fn run(length: Duration, peak_at: Duration) -> Memory {
        let mut series = Series::default();
        let (mut now, mut was_high) = (Duration::ZERO, false);
        while now < length {
            let is_high = !was_high && now >= peak_at;
            was_high |= is_high;
            let millis = u64::try_from(now.as_millis()).unwrap();
            series.add(sample(millis, if is_high { 900 } else { 10 }));
            now += series.pause();
        }
        series.finish()
    }

    #[test]
    fn a_short_run_keeps_every_sample() {
        let memory = run(Duration::from_secs(1), Duration::from_millis(501));
        assert_eq!(memory.series.len(), 500);
        assert_eq!(memory.peak, 901);
        assert_eq!(memory.series[251], sample(502, 900));
    }

    #[test]
    fn a_long_run_keeps_samples_from_all_of_it_and_its_peak() {
        let hour = Duration::from_secs(3600);
        for peak_at in [0, 1, 3, 700, 1001, 1_234_567, 3_590_000] {
            let memory = run(hour, Duration::from_millis(peak_at));
            assert_eq!(memory.peak, 901, "{peak_at}");
            let highest = memory.series.iter().map(Sample::bytes).max();
            assert_eq!(highest, Some(901), "{peak_at}");
            assert!((200..=MOST).contains(&memory.series.len()), "{peak_at}");
            let times: Vec<_> = memory.series.iter().map(|sample| sample.at).collect();
            assert_eq!(times[0], Duration::ZERO);
            let gap = times.windows(2).map(|pair| pair[1] - pair[0]).max();
            assert!(gap.unwrap() <= hour / 200, "{peak_at}: {gap:?}");
            assert!(times.is_sorted() && times.last() >= Some(&(hour - hour / 200)));
        }
    }

    #[test]
    fn a_moment_in_which_nobody_lived_is_not_kept() {
        let mut series = Series::default();
        series.add(Sample::default());
        assert_eq!(series.finish(), Memory::default());
    }

    #[test]
    fn a_file_has_times_in_seconds() {
        let json = serde_json::to_string(&sample(1500, 7)).unwrap();
        assert_eq!(json, r#"{"at":1.5,"by_process":[[1,7],[2,1]]}"#);
    }
}
