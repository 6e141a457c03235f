//! Laws that are known, found again from their points.

use super::*;

const WORKERS: [f64; 9] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0];

fn law(rate: f64, contention: f64, coherency: f64) -> Law {
    Law {
        rate,
        contention,
        coherency,
        peak_workers: None,
        most: None,
        residual: 0.0,
    }
}

fn points(of: &Law) -> Vec<(f64, f64)> {
    WORKERS.iter().map(|n| (*n, of.at(*n))).collect()
}

fn near(one: f64, other: f64, parts: f64) -> bool {
    (one - other).abs() <= parts * other.abs()
}

#[test]
fn a_law_is_found_again_from_its_points() {
    for (contention, coherency) in [(0.05, 0.001), (0.3, 0.02), (0.0, 0.004), (0.001, 1e-5)] {
        let found = Law::universal(&points(&law(613.0, contention, coherency))).unwrap();
        assert!(near(found.rate, 613.0, 1e-9), "{found:?}");
        assert!((found.contention - contention).abs() < 1e-9, "{found:?}");
        assert!(near(found.coherency, coherency, 1e-6), "{found:?}");
        let peak = ((1.0 - contention) / coherency).sqrt();
        assert!(near(found.peak_workers.unwrap(), peak, 1e-6), "{found:?}");
        // Neither more nor fewer workers do as much.
        let most = found.most.unwrap() * found.rate;
        assert!(near(most, found.at(peak), 1e-9));
        assert!(found.at(0.9 * peak) < most && found.at(1.1 * peak) < most);
        assert!(found.residual < 1e-9, "{found:?}");
    }
}

#[test]
fn without_coherency_it_is_amdahls_law() {
    let points = points(&law(100.0, 0.1, 0.0));
    for found in [Law::universal(&points), Law::amdahl(&points)] {
        let found = found.unwrap();
        assert!(near(found.contention, 0.1, 1e-9), "{found:?}");
        assert_eq!((found.coherency, found.peak_workers), (0.0, None));
        assert!(near(found.most.unwrap(), 10.0, 1e-9), "{found:?}");
    }
    // Two points are enough for it.
    let found = Law::amdahl(&points[..2]).unwrap();
    assert!(near(found.contention, 0.1, 1e-9), "{found:?}");
}

#[test]
fn in_proportion_there_is_neither_and_no_peak() {
    for rate in [0.3, 100.0, 1e7 / 3.0] {
        let found = Law::universal(&points(&law(rate, 0.0, 0.0))).unwrap();
        assert!(near(found.rate, rate, 1e-9));
        assert_eq!((found.contention, found.coherency), (0.0, 0.0));
        assert_eq!((found.peak_workers, found.most), (None, None));
    }
}

#[test]
fn nothing_becomes_negative() {
    // Better than in proportion, as where each worker brings a cache.
    let better: Vec<_> = WORKERS.iter().map(|n| (*n, 10.0 * n.powf(1.1))).collect();
    let found = Law::universal(&better).unwrap();
    assert_eq!((found.contention, found.coherency), (0.0, 0.0), "{found:?}");
    assert!(found.residual > 0.01, "{found:?}");
    // Each further worker makes it slower than one.
    let worse: Vec<_> = WORKERS.iter().map(|n| (*n, 10.0 / n)).collect();
    let found = Law::universal(&worse).unwrap();
    assert!(
        found.contention >= 0.0 && found.coherency >= 0.0,
        "{found:?}"
    );
    assert_eq!(found.peak_workers, Some(1.0), "{found:?}");
}

/// Rates that are off by 2%, as often this way as that.
#[test]
fn two_percent_of_noise_do_not_carry_it_away() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..200 {
        let mut noisy = points(&law(100.0, 0.05, 0.002));
        for (_, x) in &mut noisy {
            *x *= 1.0 + 0.02 * (2.0 * random.f64() - 1.0);
        }
        let found = Law::universal(&noisy).unwrap();
        assert!((0.03..0.07).contains(&found.contention), "{found:?}");
        assert!((0.001..0.003).contains(&found.coherency), "{found:?}");
        let peak = found.peak_workers.unwrap();
        assert!((18.0..27.0).contains(&peak), "{peak} instead of 21.8");
        assert!((0.001..0.02).contains(&found.residual), "{found:?}");
    }
}

#[test]
fn what_says_nothing_has_no_law() {
    assert_eq!(Law::universal(&[]), None);
    assert_eq!(Law::universal(&[(1.0, 0.0), (2.0, 0.0)]), None);
    // One number of workers, over and over: there is a rate, and no more to be said.
    let found = Law::universal(&[(4.0, 8.0); 6]).unwrap();
    assert_eq!((found.contention, found.coherency), (0.0, 0.0));
}
