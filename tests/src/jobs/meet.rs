//! A job that waits for another to be inside at the same time: proof of overlap without a clock.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use workload::{Job, Portable, gil};

/// Goes into a room, looks whether anybody else comes, and says whether one did. The room is a
/// directory, so that jobs of several processes can meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meet {
    /// Makes this one's name in the room.
    pub index: u64,
    /// The room.
    pub room: PathBuf,
    /// How long to look out for another.
    pub patience: Duration,
    /// Whether it waits, rather than computes, meanwhile.
    pub waits: bool,
}

impl Meet {
    fn enter(&self) {
        fs::write(self.room.join(self.index.to_string()), "").unwrap();
    }

    /// Once two have met the room stays open, so that the second learns of it too.
    fn has_met(&self) -> bool {
        let met = fs::read_dir(&self.room).unwrap().count() > 1;
        if met {
            fs::write(self.room.join("met"), "").unwrap();
        }
        met
    }

    fn leave(&self) {
        fs::remove_file(self.room.join(self.index.to_string())).unwrap();
    }
}

impl Job for Meet {
    type Output = bool;

    fn run(&self) -> anyhow::Result<bool> {
        self.enter();
        let look = || look_out(self.patience, || self.has_met());
        let met = match self.waits {
            true => gil::while_waiting(look),
            false => look(),
        };
        self.leave();
        Ok(met)
    }

    async fn run_async(&self) -> anyhow::Result<bool> {
        if !self.waits {
            return self.run();
        }
        self.enter();
        let deadline = Instant::now() + self.patience;
        while !self.has_met() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let met = self.has_met();
        self.leave();
        Ok(met)
    }
}

impl Portable for Meet {
    const NAME: &'static str = "meet";
}

fn look_out(patience: Duration, has_met: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if has_met() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    has_met()
}
