//! A file on which jobs write down what they do, whatever process they are in.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::system::until;

/// Where a job writes a line when it starts and another when it ends. A line is one system call, so
/// lines of several processes do not mix, and their order is the order of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log(PathBuf);

/// What a job wrote down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// This job starts, in this process.
    Start(u64, i32),
    /// This job ends well.
    End(u64),
}

impl Log {
    /// A log in this directory.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self(directory.join("log"))
    }

    /// Notes that a job starts.
    pub fn start(&self, index: u64) {
        self.append(&format!("start {index} {}\n", std::process::id()));
    }

    /// Notes that a job ends.
    pub fn end(&self, index: u64) {
        self.append(&format!("end {index} 0\n"));
    }

    /// What happened so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        text.lines().map(event).collect()
    }

    /// How often each job was started.
    #[must_use]
    pub fn starts(&self) -> BTreeMap<u64, usize> {
        let mut starts = BTreeMap::new();
        for event in self.events() {
            if let Event::Start(index, _) = event {
                *starts.entry(index).or_default() += 1;
            }
        }
        starts
    }

    /// How many jobs have ended.
    #[must_use]
    pub fn ends(&self) -> usize {
        let events = self.events().into_iter();
        events.filter(|e| matches!(e, Event::End(_))).count()
    }

    /// The most jobs that were under way at once.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        let mut now = 0_usize;
        let counts = self.events().into_iter().map(|event| {
            match event {
                Event::Start(..) => now += 1,
                Event::End(_) => now -= 1,
            }
            now
        });
        counts.max().unwrap_or(0)
    }

    /// Waits until a job has started, and gives the process that runs it.
    #[must_use]
    pub fn wait_for_start(&self, index: u64) -> i32 {
        let pid_of = |event| match event {
            Event::Start(started, pid) if started == index => Some(pid),
            _ => None,
        };
        let mut pid = None;
        until(&format!("job {index} starts"), || {
            pid = self.events().into_iter().find_map(pid_of);
            pid.is_some()
        });
        pid.unwrap()
    }

    /// Waits until a job has ended well.
    pub fn wait_for_end(&self, index: u64) {
        let ended = || self.events().contains(&Event::End(index));
        until(&format!("job {index} ends"), ended);
    }

    fn append(&self, line: &str) {
        let file = OpenOptions::new().append(true).create(true).open(&self.0);
        file.unwrap().write_all(line.as_bytes()).unwrap();
    }
}

fn event(line: &str) -> Event {
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap();
    let (what, index, pid) = (word(), word().parse().unwrap(), word().parse().unwrap());
    match what {
        "start" => Event::Start(index, pid),
        _ => Event::End(index),
    }
}
