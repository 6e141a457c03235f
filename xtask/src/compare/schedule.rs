//! In which order programs run, and how many rounds there are. Pure: it neither runs nor measures.

use std::time::Duration;

/// Rounds come in sixes, because three patterns have six orders.
const ORDERS: usize = 6;

/// With fewer rounds, a median has no bounds.
pub(super) const FEWEST: usize = 6;

/// More rounds than this would tell little more.
const MOST: usize = 30;

/// How long the timed runs of one workload may take together, unless six rounds take longer.
pub(super) const BUDGET: Duration = Duration::from_secs(12);

/// The reference also runs in the rounds if it takes at most so many times as long as the fastest
/// pattern: there, two runs of it would not say who is ahead.
const CLOSE: f64 = 3.0;

/// The order of `programs` programs in a round, counted from 0. Each takes each place equally often,
/// and follows each other one equally often; three programs run in each of their six orders within
/// six rounds.
pub(crate) fn order(programs: usize, round: usize) -> Vec<usize> {
    let turned = (round / programs.max(1)) % 2 == 1;
    (0..programs)
        .map(|place| {
            let place = (place + round) % programs;
            if turned { programs - 1 - place } else { place }
        })
        .collect()
}

/// How many rounds fit, if a round takes so long: a multiple of six, at least six.
pub(super) fn rounds(round: Duration) -> usize {
    let fit = BUDGET.as_secs_f64() / round.as_secs_f64().max(1e-6);
    // Casting saturates.
    let sixes = (fit as usize).min(MOST) / ORDERS;
    ORDERS * sixes.max(1)
}

/// Whether the reference is close enough to the fastest pattern to run in every round.
pub(super) fn is_close(reference: Duration, fastest: Duration) -> bool {
    reference <= fastest.mul_f64(CLOSE)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn three_patterns_run_in_each_of_their_six_orders() {
        let orders: BTreeSet<_> = (0..ORDERS).map(|round| order(3, round)).collect();
        assert_eq!(orders.len(), ORDERS);
        for programs in 1..=7 {
            for round in 0..20 {
                let all: BTreeSet<_> = order(programs, round).into_iter().collect();
                assert_eq!(all, (0..programs).collect());
            }
        }
    }

    #[test]
    fn two_programs_take_turns() {
        let firsts: Vec<_> = (0..12).map(|round| order(2, round)[0]).collect();
        assert_eq!(firsts.iter().sum::<usize>(), 6);
    }

    #[test]
    fn each_program_takes_each_place_equally_often() {
        for programs in [2, 3, 6] {
            let rounds = 2 * programs;
            for place in 0..programs {
                for program in 0..programs {
                    let times = (0..rounds).filter(|r| order(programs, *r)[place] == program);
                    assert_eq!(times.count(), 2);
                }
            }
        }
    }

    #[test]
    fn rounds_come_in_sixes_and_fit_the_budget() {
        let with = |millis| rounds(Duration::from_millis(millis));
        assert_eq!([with(0), with(1), with(100)], [30; 3]);
        assert_eq!(
            [with(500), with(1000), with(2000), with(60_000)],
            [24, 12, 6, 6]
        );
    }
}
