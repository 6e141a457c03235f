//! Axes: where a value stands between the two ends, which values are marked, and how.

/// From the lowest to the highest value that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    is_log: bool,
}

/// How the marks of an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Seconds, written in the unit that suits.
    Time,
    /// How many times.
    Times,
    /// A count.
    Count,
}

/// More marks than this do not fit on a phone.
const MOST_TICKS: usize = 6;
/// Values that lie further apart than this share no linear axis.
const FAR_APART: f64 = 25.0;

impl Scale {
    /// From zero.
    pub(super) fn linear(high: f64) -> Self {
        let high = if high > 0.0 { high } else { 1.0 };
        Self {
            low: 0.0,
            high,
            is_log: false,
        }
    }

    /// Each step is so many times the one before. Both ends are above zero.
    pub(super) fn log(low: f64, high: f64) -> Self {
        let low = low.max(f64::MIN_POSITIVE);
        Self {
            low,
            high: high.max(low * 1.01),
            is_log: true,
        }
    }

    /// One on which all these values are seen, with some room around them: from zero, unless they
    /// lie so far apart that the small ones would be on top of each other.
    pub(super) fn fitting(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<_> = values.filter(|value| *value > 0.0).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        if values.is_empty() || high < low * FAR_APART {
            Self::linear(high * 1.05)
        } else {
            Self::log(low / 1.4, high * 1.4)
        }
    }

    /// The same for values of which zero is not one: it begins below the lowest.
    pub(super) fn around(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<_> = values.filter(|value| *value > 0.0).collect();
        let fitting = Self::fitting(values.iter().copied());
        if fitting.is_log || values.is_empty() {
            return fitting;
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let room = 0.05 * (fitting.high - low);
        Self {
            low: (low - room).max(0.0),
            ..fitting
        }
    }

    pub(super) fn is_log(&self) -> bool {
        self.is_log
    }

    /// Where a value stands, from 0 to 1. What lies beyond an end stands there.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// The values that are marked: round ones, no more than fit.
    pub(super) fn ticks(&self) -> Vec<f64> {
        if !self.is_log {
            return self.even_ticks();
        }
        let first = self.low.log10().floor() as i32;
        let whole = self.low.log10().ceil() as i32;
        let last = self.high.log10().ceil() as i32;
        let decades = |digits: &[f64], stride: usize| -> Vec<f64> {
            // Whole decades are counted from the first that is shown.
            let first = if digits.len() > 1 { first } else { whole };
            let decades = (first..=last).step_by(stride);
            let values = decades.flat_map(|power| digits.iter().map(move |d| d * ten_to(power)));
            values
                .filter(|value| self.low <= *value && *value <= self.high)
                .collect()
        };
        let mut choices = vec![decades(&[1.0, 2.0, 5.0], 1), decades(&[1.0, 3.0], 1)];
        choices.extend((1..20).map(|stride| decades(&[1.0], stride)));
        let fits = |ticks: &Vec<f64>| ticks.len() <= MOST_TICKS;
        let ticks = choices.into_iter().find(fits).unwrap_or_default();
        if ticks.len() < 2 {
            return self.even_ticks();
        }
        ticks
    }

    fn even_ticks(&self) -> Vec<f64> {
        let span = self.high - self.low;
        let magnitude = ten_to((span / 5.0).log10().floor() as i32);
        let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * magnitude);
        let step = steps.into_iter().find(|step| span / step <= 5.0);
        let step = step.unwrap_or(span);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|nth| nth as f64 * step).collect()
    }

    /// The marks of a tick. On an even axis all are in the same unit.
    pub(super) fn label(&self, value: f64, unit: Unit) -> String {
        if value == 0.0 {
            return "0".to_owned();
        }
        let size = if self.is_log { value } else { self.high };
        let (scale, name) = match unit {
            Unit::Time if size < 1e-6 => (1e9, " ns"),
            Unit::Time if size < 1e-3 => (1e6, " µs"),
            Unit::Time if size < 1.0 => (1e3, " ms"),
            Unit::Time => (1.0, " s"),
            Unit::Times => (1.0, "×"),
            Unit::Count if size < 1e3 => (1.0, ""),
            Unit::Count if size < 1e6 => (1e-3, " k"),
            Unit::Count => (1e-6, " M"),
        };
        format!("{}{name}", plain(value * scale))
    }
}

/// Four digits at the most, and no zeros at the end.
fn plain(value: f64) -> String {
    let places = (3 - value.abs().log10().floor() as i32).clamp(0, 9);
    let digits = format!("{value:.*}", places.unsigned_abs() as usize);
    if !digits.contains('.') {
        return digits;
    }
    digits
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

fn ten_to(power: i32) -> f64 {
    // Parsed, because 10.0.powi(-3) is not quite 0.001.
    format!("1e{power}").parse().unwrap_or(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, unit: Unit) -> Vec<String> {
        let ticks = scale.ticks();
        ticks.iter().map(|tick| scale.label(*tick, unit)).collect()
    }

    #[test]
    fn an_even_axis_is_marked_in_one_unit() {
        let marks = labels(Scale::linear(1.05), Unit::Time);
        assert_eq!(marks, ["0", "0.5 s", "1 s"]);
        let marks = labels(Scale::linear(0.0123), Unit::Time);
        assert_eq!(marks, ["0", "5 ms", "10 ms"]);
        let marks = labels(Scale::linear(0.8), Unit::Time);
        assert_eq!(marks, ["0", "200 ms", "400 ms", "600 ms", "800 ms"]);
        assert_eq!(labels(Scale::linear(0.0), Unit::Count).len(), 6);
    }

    #[test]
    fn a_logarithmic_axis_is_marked_at_powers_of_ten_or_between_them() {
        let marks = labels(Scale::log(0.8e-6, 2.0), Unit::Time);
        assert_eq!(marks, ["1 µs", "100 µs", "10 ms", "1 s"]);
        let marks = labels(Scale::log(0.9, 90.0), Unit::Times);
        assert_eq!(marks, ["1×", "2×", "5×", "10×", "20×", "50×"]);
        let marks = labels(Scale::log(0.0102, 0.0118), Unit::Time);
        assert!((2..=6).contains(&marks.len()), "{marks:?}");
    }

    #[test]
    fn there_are_never_too_many_marks_nor_none() {
        for low in [1e-9, 2.3e-6, 0.004, 0.7, 12.0] {
            for wide in [1.05, 1.9, 7.0, 33.0, 1234.0, 1e7, 1e13] {
                for scale in [Scale::linear(low * wide), Scale::log(low, low * wide)] {
                    let ticks = scale.ticks();
                    assert!((2..=6).contains(&ticks.len()), "{scale:?}: {ticks:?}");
                    assert!(ticks.is_sorted());
                    assert!(ticks.iter().all(|tick| *tick <= scale.high * 1.000_001));
                }
            }
        }
    }

    #[test]
    fn values_far_apart_get_a_logarithmic_axis() {
        assert!(!Scale::fitting([1.0, 2.0].into_iter()).is_log());
        let scale = Scale::fitting([0.012, 1.0, 2.0].into_iter());
        assert!(scale.is_log());
        assert!(scale.at(0.012) > 0.0 && scale.at(2.0) < 1.0);
        assert!(Scale::fitting(std::iter::empty()).at(7.0).is_finite());
    }

    #[test]
    fn values_around_one_need_no_zero() {
        let scale = Scale::around([0.98, 1.0, 1.2].into_iter());
        assert!((0.0..0.1).contains(&scale.at(0.98)) && scale.at(0.0) == 0.0);
        assert_eq!(labels(scale, Unit::Times), ["1×", "1.1×", "1.2×"]);
        assert!(Scale::around([0.1, 80.0].into_iter()).is_log());
        assert!(Scale::around(std::iter::empty()).at(1.0).is_finite());
    }

    #[test]
    fn a_value_beyond_an_end_stands_there() {
        let scale = Scale::linear(2.0);
        assert_eq!(
            [-1.0, 1.0, 3.0].map(|value| scale.at(value)),
            [0.0, 0.5, 1.0]
        );
        let scale = Scale::log(1.0, 100.0);
        assert_eq!(
            [0.0, 10.0, 1e9].map(|value| scale.at(value)),
            [0.0, 0.5, 1.0]
        );
    }
}
