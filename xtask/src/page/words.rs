//! Numbers as they are written on the page: as in the terminal.

use crate::document::Spread;
use crate::print;

/// What is written where nothing is known.
pub(super) const NONE: &str = "–";

/// `1.93`.
pub(super) fn times(ratio: f64) -> String {
    print::times(ratio)
}

/// What is written of a value that may not be known.
pub(super) fn or_none<T>(value: Option<T>, words: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), words)
}

/// `0.98 s to 1.04 s`, if there were runs enough.
pub(super) fn interval(spread: &Spread, words: impl Fn(f64) -> String) -> Option<String> {
    let (low, high) = spread.low.zip(spread.high)?;
    Some(format!("{} to {}", words(low), words(high)))
}

/// `1 job`, `12,345 jobs`.
pub(super) fn plural(count: u64, what: &str) -> String {
    format!(
        "{} {what}{}",
        grouped(count),
        if count == 1 { "" } else { "s" }
    )
}

/// `12,345`.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::seconds;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(plural(1, "job"), "1 job");
        assert_eq!(plural(999, "job"), "999 jobs");
        assert_eq!(plural(1_234_567, "job"), "1,234,567 jobs");
    }

    #[test]
    fn what_is_not_known_is_not_zero() {
        assert_eq!(or_none(None, seconds), NONE);
        assert_eq!(or_none(Some(0.0123), seconds), "12.3 ms");
        assert_eq!(seconds(f64::NAN), "-");
        let spread = Spread {
            median: 1.0,
            low: Some(0.98),
            high: Some(1.04),
        };
        assert_eq!(
            interval(&spread, seconds).as_deref(),
            Some("980 ms to 1.04 s")
        );
        assert_eq!(
            interval(
                &Spread {
                    low: None,
                    ..spread
                },
                seconds
            ),
            None
        );
    }
}
