//! The duty to answer for a chunk, handed over, split and let fall in any way.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use proptest::prelude::*;
use workload::mechanism::{Done, Reply};
use workload::{JobError, Stop};

/// What is done with one of the replies that there are: taken modulo what is possible.
#[derive(Debug, Clone, Copy)]
enum Act {
    Send(usize, usize),
    Split(usize, usize),
    Drop(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let numbers = (any::<usize>(), any::<usize>());
    prop_oneof![
        4 => numbers.prop_map(|(which, jobs)| Act::Send(which, jobs)),
        4 => numbers.prop_map(|(which, jobs)| Act::Split(which, jobs)),
        1 => any::<usize>().prop_map(Act::Drop),
    ]
}

/// How often each job from `first` on was answered for, and how often with an output.
fn answers(first: usize, jobs: usize, receiver: &Receiver<Done<usize>>) -> Vec<(usize, usize)> {
    let mut answers = vec![(0, 0); jobs];
    for done in receiver {
        for (index, outcome) in (done.first..).zip(done.outcomes) {
            let answer = &mut answers[index - first];
            answer.0 += 1;
            match outcome {
                Ok(output) => {
                    assert_eq!(output, index);
                    answer.1 += 1;
                }
                Err(error) => assert_eq!(error, JobError::Cancelled),
            }
        }
    }
    answers
}

proptest! {
    #[test]
    fn every_job_is_answered_for_exactly_once(
        first in 0..1000_usize, jobs in 1..200_usize, acts in prop::collection::vec(act(), 0..100),
    ) {
        let (sender, receiver) = channel();
        let mut replies = vec![Reply::new(first, jobs, Stop::default(), sender)];
        let mut sent = 0;
        for act in acts {
            if replies.is_empty() {
                break;
            }
            match act {
                Act::Send(which, many) => {
                    let which = which % replies.len();
                    let reply = &mut replies[which];
                    let many = many % (reply.remaining() + 1);
                    let next = reply.next_index();
                    reply.send((next..next + many).map(Ok).collect(), Duration::ZERO, Vec::new());
                    prop_assert_eq!(reply.next_index(), next + many);
                    sent += many;
                }
                Act::Split(which, keep) => {
                    let which = which % replies.len();
                    let reply = &mut replies[which];
                    let all = reply.remaining();
                    let keep = keep % (all + 2); // One more than there are is as good as all.
                    let rest = reply.split_off(keep);
                    prop_assert_eq!(reply.remaining(), keep.min(all));
                    prop_assert_eq!(reply.remaining() + rest.remaining(), all);
                    replies.push(rest);
                }
                Act::Drop(which) => drop(replies.swap_remove(which % replies.len())),
            }
        }
        drop(replies);
        let answers = answers(first, jobs, &receiver);
        prop_assert!(answers.iter().all(|(times, _)| *times == 1), "{:?}", answers);
        prop_assert_eq!(answers.iter().map(|(_, outputs)| outputs).sum::<usize>(), sent);
    }
}
