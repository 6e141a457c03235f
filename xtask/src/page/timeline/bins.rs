//! Time in equal parts: how much computing and waiting fell into each. The parts grow as later
//! times come, so that a log can be read once, from its beginning, without knowing its end.

/// More parts than a chart has room for, so that none is ever seen as coarse.
const MOST: usize = 512;
/// Short at first: it doubles in no time.
const FIRST_WIDTH: f64 = 1e-9;

/// Seconds of computing and of waiting by parts of time.
#[derive(Debug, Clone)]
pub(in crate::page) struct Bins {
    width: f64,
    parts: Vec<Part>,
}

/// Seconds, summed over the jobs of this part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::page) struct Part {
    /// In jobs and on a core.
    pub(in crate::page) computing: f64,
    /// In jobs, but not on a core.
    pub(in crate::page) waiting: f64,
}

impl Part {
    /// In jobs.
    pub(in crate::page) fn busy(self) -> f64 {
        self.computing + self.waiting
    }

    fn and(self, other: Self) -> Self {
        Self {
            computing: self.computing + other.computing,
            waiting: self.waiting + other.waiting,
        }
    }

    fn times(self, factor: f64) -> Self {
        Self {
            computing: self.computing * factor,
            waiting: self.waiting * factor,
        }
    }
}

impl Default for Bins {
    fn default() -> Self {
        Self {
            width: FIRST_WIDTH,
            parts: Vec::new(),
        }
    }
}

impl Bins {
    /// Adds a job, of whose time this share was on a core. When it was is not known, so it is
    /// spread over the whole job.
    pub(in crate::page) fn add(&mut self, start: f64, end: f64, computing: f64) {
        while end >= self.width * MOST as f64 {
            self.fold();
        }
        let last = (end / self.width) as usize;
        if self.parts.len() <= last {
            self.parts.resize(last + 1, Part::default());
        }
        for nth in (start / self.width) as usize..=last {
            let from = start.max(nth as f64 * self.width);
            let to = end.min((nth + 1) as f64 * self.width);
            let seconds = (to - from).max(0.0);
            let added = Part {
                computing: seconds * computing,
                waiting: seconds * (1.0 - computing),
            };
            self.parts[nth] = self.parts[nth].and(added);
        }
    }

    /// No more parts than this, each with its beginning and end; the last ends at `end`. A part
    /// says how many jobs were in flight in it on average.
    pub(in crate::page) fn averages(&self, end: f64, most: usize) -> Vec<(f64, f64, Part)> {
        let mut bins = self.clone();
        while bins.parts.len() > most.max(1) {
            bins.fold();
        }
        let parts = bins.parts.iter().enumerate();
        let averages = parts.filter_map(|(nth, part)| {
            let from = nth as f64 * bins.width;
            let to = (from + bins.width).min(end);
            (to > from).then(|| (from, to, part.times(1.0 / (to - from))))
        });
        averages.collect()
    }

    /// Two parts become one.
    fn fold(&mut self) {
        let pairs = self.parts.chunks(2);
        let folded = pairs.map(|pair| pair.iter().copied().fold(Part::default(), Part::and));
        self.parts = folded.collect();
        self.width *= 2.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(bins: &Bins) -> Part {
        bins.parts.iter().copied().fold(Part::default(), Part::and)
    }

    #[test]
    fn no_time_is_lost_however_late_it_is() {
        let mut bins = Bins::default();
        let mut expected = Part::default();
        for nth in 0..2000 {
            let start = f64::from(nth) * 0.37;
            bins.add(start, start + 0.25, 0.75);
            expected = expected.and(Part {
                computing: 0.1875,
                waiting: 0.0625,
            });
        }
        assert!((total(&bins).computing - expected.computing).abs() < 1e-6);
        assert!((total(&bins).waiting - expected.waiting).abs() < 1e-6);
        assert!((MOST / 2..=MOST).contains(&bins.parts.len()));
    }

    #[test]
    fn averages_say_how_many_were_in_flight() {
        let mut bins = Bins::default();
        for _ in 0..200 {
            bins.add(0.0, 0.012, 0.0);
        }
        bins.add(0.006, 0.012, 1.0);
        for most in [1000, 100, 10] {
            let averages = bins.averages(0.012, most);
            assert!(averages.len() <= most);
            let (from, _, first) = averages[0];
            let (_, to, last) = averages[averages.len() - 1];
            assert_eq!((from, to), (0.0, 0.012));
            assert!((first.busy() - 200.0).abs() < 1e-6, "{first:?}");
            assert!((last.busy() - 201.0).abs() < 1e-6, "{last:?}");
            assert!((last.computing - 1.0).abs() < 1e-6, "{last:?}");
        }
    }

    #[test]
    fn a_job_that_took_no_time_is_harmless() {
        let mut bins = Bins::default();
        bins.add(0.5, 0.5, 1.0);
        assert_eq!(total(&bins), Part::default());
        assert!(
            bins.averages(0.5, 100)
                .iter()
                .all(|(from, to, _)| from < to)
        );
    }
}
