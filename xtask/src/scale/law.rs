//! How a rate grows with the workers, as a law: fitted to points, and what it says of the most. Pure.
//!
//! The law is Gunther's Universal Scalability Law (Neil J. Gunther, *Guerrilla Capacity Planning*,
//! 2007, chapters 4 to 6). With `n` workers the rate is
//!
//! ```text
//! rate * n / (1 + contention * (n - 1) + coherency * n * (n - 1))
//! ```
//!
//! where `rate` is what one worker does, contention is what workers wait for one another, and
//! coherency what each pair of them has to tell each other. Without coherency it is Amdahl's law.

use serde::Serialize;

use super::least_squares::least_squares;

/// The terms of `n / x`, which is linear in `1 / rate`, `contention / rate` and `coherency / rate`.
const TERMS: [fn(f64) -> f64; 3] = [|_| 1.0, |n| n - 1.0, |n| n * (n - 1.0)];

/// What is less than this in a fit is rounding.
const ROUNDING: f64 = 1e-18;

/// What more workers bring.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Law {
    /// What one worker does, in jobs a second.
    pub(crate) rate: f64,
    /// Which part of a worker's time one other worker takes from it by having it wait: σ.
    pub(crate) contention: f64,
    /// Which part each pair of workers takes by telling each other: κ.
    pub(crate) coherency: f64,
    /// With so many workers the rate is highest; null if it grows for ever.
    pub(crate) peak_workers: Option<f64>,
    /// The most that any number of workers gives or comes near, in times one; null if there is no
    /// such limit.
    pub(crate) most: Option<f64>,
    /// How far the points are from the law, in parts of it: the root of the mean square.
    pub(crate) residual: f64,
}

impl Law {
    /// The Universal Scalability Law that is nearest to these numbers of workers and their rates.
    pub(super) fn universal(points: &[(f64, f64)]) -> Option<Self> {
        Self::nearest(points, &[&[0], &[0, 1], &[0, 2], &[0, 1, 2]])
    }

    /// The same without coherency, which is Amdahl's law.
    pub(super) fn amdahl(points: &[(f64, f64)]) -> Option<Self> {
        Self::nearest(points, &[&[0], &[0, 1]])
    }

    /// Of the laws that have only these terms, the nearest in which nothing is negative.
    ///
    /// A further term brings any fit nearer, be it to noise: it counts only if it lowers the variance
    /// by more than the degree of freedom that it costs (as the adjusted R² has it). That trying all
    /// subsets is exact under the condition that nothing is negative, is because the sum of squares
    /// is convex: its least value lies where the terms that would be negative are zero.
    fn nearest(points: &[(f64, f64)], subsets: &[&[usize]]) -> Option<Self> {
        let mut best: Option<(f64, Self)> = None;
        for terms in subsets.iter().filter(|terms| terms.len() <= points.len()) {
            let Some(law) = Self::with(points, terms) else {
                continue;
            };
            let freedom = points.len().saturating_sub(terms.len()).max(1) as f64;
            let variance = law.residual.powi(2) * points.len() as f64 / freedom;
            let is_better = best.is_none_or(|(least, _)| variance + ROUNDING < least);
            if is_better {
                best = Some((variance, law));
            }
        }
        best.map(|(_, law)| law)
    }

    /// The law with only these terms, unless one would be negative.
    ///
    /// Rates are off by parts of themselves, so each equation is divided by its `n / x`. Then all
    /// weigh the same, and what is made least is the sum of `(1 - x / law(n))²`.
    fn with(points: &[(f64, f64)], terms: &[usize]) -> Option<Self> {
        let column = |term: &usize| -> Vec<f64> {
            let parts = points.iter().map(|(n, x)| TERMS[*term](*n) * x / n);
            parts.collect()
        };
        let columns = terms.iter().map(column).collect();
        let solved = least_squares(columns, vec![1.0; points.len()])?;
        if solved.iter().any(|part| *part < 0.0) {
            return None;
        }
        let part = |term| terms.iter().position(|at| *at == term).map(|at| solved[at]);
        let one = part(0).filter(|one| *one > 0.0)?;
        let contention = part(1).unwrap_or(0.0) / one;
        let coherency = part(2).unwrap_or(0.0) / one;
        let mut law = Self {
            rate: 1.0 / one,
            contention,
            coherency,
            peak_workers: None,
            most: None,
            residual: 0.0,
        };
        let squares = points.iter().map(|(n, x)| (1.0 - x / law.at(*n)).powi(2));
        law.residual = (squares.sum::<f64>() / points.len() as f64).sqrt();
        if coherency > 0.0 {
            let peak = ((1.0 - contention).max(0.0) / coherency).sqrt().max(1.0);
            law.peak_workers = Some(peak);
            law.most = Some(law.at(peak) / law.rate);
        } else if contention > 1.0 {
            law.peak_workers = Some(1.0);
            law.most = Some(1.0);
        } else if contention > 0.0 {
            law.most = Some(1.0 / contention);
        }
        Some(law)
    }

    /// The rate with so many workers.
    pub(super) fn at(&self, n: f64) -> f64 {
        let lost = self.contention * (n - 1.0) + self.coherency * n * (n - 1.0);
        self.rate * n / (1.0 + lost)
    }
}

#[cfg(test)]
#[path = "law_tests.rs"]
mod tests;
