//! Numbers that people can read: three digits and a unit.

use std::time::Duration;

/// `812 ns`, `12.3 µs`, `45.1 ms`, `1.23 s`, `754 s`.
pub(crate) fn duration(time: Duration) -> String {
    seconds(time.as_secs_f64())
}

/// The same, of seconds, which may be parts of a nanosecond: `2.46 ns`. `-` if they are no time.
pub(crate) fn seconds(seconds: f64) -> String {
    if !(seconds.is_finite() && seconds >= 0.0) {
        return "-".to_owned();
    }
    let units = [
        (" ns", 1000.0),
        (" µs", 1000.0),
        (" ms", 1000.0),
        (" s", f64::INFINITY),
    ];
    in_units(seconds * 1e9, &units)
}

/// `512 B`, `12.3 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let units = [
        (" B", 1024.0),
        (" KiB", 1024.0),
        (" MiB", 1024.0),
        (" GiB", f64::INFINITY),
    ];
    in_units(bytes as f64, &units)
}

/// `813`, `12.3 k`, `1.23 M`.
pub(crate) fn count(count: f64) -> String {
    let units = [
        ("", 1000.0),
        (" k", 1000.0),
        (" M", 1000.0),
        (" G", f64::INFINITY),
    ];
    in_units(count, &units)
}

/// `1.93`, `12.3`, `123`, `0.05`: how many times.
pub(crate) fn times(ratio: f64) -> String {
    if ratio >= 0.1 || ratio == 0.0 {
        return three_digits(ratio);
    }
    // Two digits are enough for what is much slower.
    let places = (-ratio.log10()).ceil() as usize + 1;
    format!("{ratio:.places$}")
}

/// Each unit says how many of it make one of the next.
fn in_units(mut value: f64, units: &[(&str, f64)]) -> String {
    for (unit, next) in units {
        // 999.7 would be shown as 1000.
        if value < 999.5 || next.is_infinite() {
            // A count of the smallest unit is whole.
            let whole = unit == &units[0].0 && value.fract() == 0.0;
            let number = if whole {
                format!("{value}")
            } else {
                three_digits(value)
            };
            return format!("{number}{unit}");
        }
        value /= next;
    }
    unreachable!("the last unit holds everything")
}

fn three_digits(value: f64) -> String {
    // Compared as they will be rounded, so that 9.996 becomes 10.0 and not 10.00.
    let places = if value < 9.995 {
        2
    } else if value < 99.95 {
        1
    } else {
        0
    };
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let shown = |nanos| duration(Duration::from_nanos(nanos));
        assert_eq!(shown(0), "0 ns");
        assert_eq!(shown(812), "812 ns");
        assert_eq!(shown(12_345), "12.3 µs");
        assert_eq!(shown(45_060_000), "45.1 ms");
        assert_eq!(shown(999_499_000), "999 ms");
        assert_eq!(shown(999_600_000), "1.00 s");
        assert_eq!(shown(1_234_000_000), "1.23 s");
        assert_eq!(shown(9_996_000_000), "10.0 s");
        assert_eq!(shown(7_543_000_000_000), "7543 s");
    }

    #[test]
    fn parts_of_a_nanosecond() {
        assert_eq!(seconds(2.456e-9), "2.46 ns");
        assert_eq!(seconds(0.0), "0 ns");
        for none in [-1e-9, f64::NAN, f64::INFINITY] {
            assert_eq!(seconds(none), "-");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(1536), "1.50 KiB");
        assert_eq!(bytes(12_897_484), "12.3 MiB");
        assert_eq!(bytes(5 << 40), "5120 GiB");
    }

    #[test]
    fn counts_and_ratios() {
        assert_eq!(count(7.0), "7");
        assert_eq!(count(813.4), "813");
        assert_eq!(count(12_345.0), "12.3 k");
        assert_eq!(count(1_234_567.0), "1.23 M");
        assert_eq!(times(1.934), "1.93");
        assert_eq!(times(123.4), "123");
        assert_eq!(times(0.5), "0.50");
        assert_eq!(times(0.0543), "0.054");
        assert_eq!(times(0.00012), "0.00012");
        assert_eq!(times(0.0), "0.00");
    }
}
