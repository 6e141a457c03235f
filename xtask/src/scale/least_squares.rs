//! Linear least squares. Pure.

/// What is left of a column that is a sum of the others, in parts of it, is rounding.
const ROUNDING: f64 = 1e-10;

/// The factors with which the columns add up to what is nearest to the target. Nothing if columns are
/// sums of each other, so that there is no one answer.
///
/// By the modified Gram-Schmidt process (Åke Björck, *Numerical Methods for Least Squares Problems*,
/// 1996, 2.4.4), which keeps its digits where normal equations would lose half of them.
pub(super) fn least_squares(mut columns: Vec<Vec<f64>>, mut target: Vec<f64>) -> Option<Vec<f64>> {
    let terms = columns.len();
    let lengths: Vec<_> = columns.iter().map(|column| length(column)).collect();
    // An upper triangle, and what of the target lies in the direction of each column.
    let mut triangle = vec![vec![0.0; terms]; terms];
    let mut along = vec![0.0; terms];
    for at in 0..terms {
        let (done, rest) = columns.split_at_mut(at + 1);
        let unit = &mut done[at];
        let norm = length(unit);
        if norm <= ROUNDING * lengths[at] {
            return None;
        }
        unit.iter_mut().for_each(|value| *value /= norm);
        triangle[at][at] = norm;
        for (after, column) in rest.iter_mut().enumerate() {
            triangle[at][at + 1 + after] = take_out(unit, column);
        }
        along[at] = take_out(unit, &mut target);
    }
    let mut factors = vec![0.0; terms];
    for at in (0..terms).rev() {
        let known: f64 = (at + 1..terms).map(|k| triangle[at][k] * factors[k]).sum();
        factors[at] = (along[at] - known) / triangle[at][at];
    }
    Some(factors)
}

/// Takes from the column what lies in the direction of the unit; gives how much that was.
fn take_out(unit: &[f64], column: &mut [f64]) -> f64 {
    let part: f64 = unit
        .iter()
        .zip(&*column)
        .map(|(one, other)| one * other)
        .sum();
    for (value, unit) in column.iter_mut().zip(unit) {
        *value -= part * unit;
    }
    part
}

fn length(column: &[f64]) -> f64 {
    column.iter().map(|value| value * value).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_four_points() {
        // The text-book's: y = 3.5 + 1.4 x is nearest to (1, 6), (2, 5), (3, 7), (4, 10).
        let columns = vec![vec![1.0; 4], vec![1.0, 2.0, 3.0, 4.0]];
        let found = least_squares(columns, vec![6.0, 5.0, 7.0, 10.0]).unwrap();
        assert!(
            (found[0] - 3.5).abs() < 1e-12 && (found[1] - 1.4).abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn columns_that_say_the_same_have_no_answer() {
        let columns = vec![vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0]];
        assert_eq!(least_squares(columns, vec![1.0; 3]), None);
        assert_eq!(least_squares(vec![vec![0.0; 3]], vec![1.0; 3]), None);
    }
}
