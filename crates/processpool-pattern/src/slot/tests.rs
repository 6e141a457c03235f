//! A worker that lives but cannot be sent anything.

use std::process::{Command, Stdio};

use ipc_channel::ipc::channel;
use serde::{Deserialize, Serialize};
use workload::mechanism::Handle;
use workload::{Job, Portable};

use super::*;
use crate::arena::Source;

#[derive(Serialize, Deserialize)]
struct Nothing;

impl Job for Nothing {
    type Output = ();
    fn run(&self) -> anyhow::Result<()> {
        Ok(())
    }
}

impl Portable for Nothing {
    const NAME: &'static str = "nothing";
}

/// Nobody would ever hear of the job again if its worker lived on.
#[test]
fn a_worker_that_cannot_be_sent_its_orders_is_killed() {
    let (orders, nobody) = channel().unwrap();
    drop(nobody);
    let mut command = Command::new("sleep");
    command.arg("60").stdin(Stdio::null());
    let process = Process::new(command.spawn().unwrap());
    let mut slot = Slot::new(
        0,
        Started {
            process,
            board: Board::open(Source::new().unwrap().0.unwrap()).unwrap(),
            output: Output::new().unwrap().0,
            orders,
            words: channel().unwrap().1,
        },
    );
    let (_handle, promise) = Handle::new(|| None);
    assert!(slot.take_off(Parcel::single(Nothing, promise)).is_none());
    let death = slot.process.wait();
    assert_eq!(death, workload::Death::Signal(9));
    let estate = slot.bury(0, false);
    assert_eq!(estate.unfinished.len(), 1, "another is to run it");
}
