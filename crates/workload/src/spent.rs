//! What a worker has used up by its end, told by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{process_on_core, thread_on_core};

/// What a worker has used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// How long it was on a core; zero where the system does not say.
    pub cpu: Duration,
    /// Most bytes that it had resident, if it is a process and the system says so.
    pub peak_memory: Option<u64>,
}

impl Spent {
    /// What the calling thread has used up so far.
    #[must_use]
    pub fn by_thread() -> Self {
        Self {
            cpu: Duration::from_nanos(thread_on_core()),
            peak_memory: None,
        }
    }

    /// What this process has used up so far.
    #[must_use]
    pub fn by_process() -> Self {
        Self {
            cpu: Duration::from_nanos(process_on_core()),
            peak_memory: peak_memory(),
        }
    }
}

/// Most bytes that this process had resident, if the system says so. `VmHWM` rather than
/// `ru_maxrss`: the latter inherits the peak of whoever spawned the process.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// What the workers of a pool have used up, as far as they have ended. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<u32, Spent>>>);

impl Tally {
    /// Notes what a worker has used up. One that took another's place adds to that one's.
    pub fn add(&self, worker: u32, spent: Spent) {
        let mut workers = self.workers();
        let sum = workers.entry(worker).or_default();
        sum.cpu = sum.cpu.saturating_add(spent.cpu);
        sum.peak_memory = sum.peak_memory.max(spent.peak_memory);
    }

    /// What was noted so far, by worker.
    #[must_use]
    pub fn by_worker(&self) -> BTreeMap<u32, Spent> {
        self.workers().clone()
    }

    fn workers(&self) -> MutexGuard<'_, BTreeMap<u32, Spent>> {
        // Nothing in between could panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_anothers_place_adds_to_it() {
        let tally = Tally::default();
        for (worker, millis, peak_memory) in [(0, 5, Some(70)), (1, 2, None), (0, 8, Some(30))] {
            let cpu = Duration::from_millis(millis);
            tally.clone().add(worker, Spent { cpu, peak_memory });
        }
        let told = tally.by_worker();
        let told = told.values().map(|s| (s.cpu.as_millis(), s.peak_memory));
        assert!(told.eq([(13, Some(70)), (2, None)]));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_and_its_process_have_spent_something() {
        let (thread, process) = (Spent::by_thread(), Spent::by_process());
        assert!(Duration::ZERO < thread.cpu && thread.cpu <= process.cpu);
        assert!(process.peak_memory > Some(100_000));
    }
}
