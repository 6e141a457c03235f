//! How a process pool is started.

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use workload::mechanism::Alarm;
use workload::{Options, Tally};

use crate::keeper::keep;
use crate::monitor::monitor;
use crate::nursery::Nursery;
use crate::process::ignores_children;
use crate::queue::Queue;
use crate::seat::Seat;
use crate::shared::Shared;
use crate::start::refused;
use crate::worker::is_forgotten;
use crate::{ProcessPool, StartError};

/// Starts a [`ProcessPool`].
#[derive(Debug)]
pub struct Builder {
    options: Options,
}

impl Builder {
    /// A builder of a pool that works as `options` say.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Starts the workers, all at once, and waits until they are ready.
    ///
    /// # Errors
    ///
    /// A worker process could not be started, or this process ignores SIGCHLD.
    pub fn build(self) -> Result<ProcessPool, StartError> {
        // A worker that went on to run its program's main would start workers of its own, and so on.
        if is_forgotten() {
            return Err(StartError::Forgotten);
        }
        if ignores_children() {
            return Err(StartError::Ignored);
        }
        let workers = self.options.workers.get();
        let shared = Arc::new(Shared {
            options: self.options,
            queue: Queue::default(),
            alarm: Alarm::default(),
            nursery: Nursery::default(),
            seats: (0..workers).map(|_| Seat::default()).collect(),
            slots: (0..workers).map(|_| Mutex::new(None)).collect(),
            start: Mutex::default(),
            keepers: AtomicUsize::new(workers),
            tally: Tally::default(),
            abandoned: AtomicBool::new(false),
        });
        let mut pool = ProcessPool {
            shared: shared.clone(),
            keepers: Vec::new(),
            monitor: None,
        };
        let watched = shared.clone();
        let watcher = named("monitor".to_owned()).spawn(move || monitor(&watched));
        pool.monitor = Some(watcher.map_err(|e| refused("a thread", &e))?);
        let (ready, starts) = channel();
        for worker in 0..workers {
            let (shared, ready) = (shared.clone(), ready.clone());
            // The system ends a worker when the thread that started it ends, so that thread stays.
            let keeper = named(format!("worker {worker}"));
            let keeper = keeper.spawn(move || keep(worker, &shared, &ready));
            pool.keepers
                .push(keeper.map_err(|e| refused("a thread", &e))?);
        }
        starts.iter().take(workers).collect::<Result<(), _>>()?;
        Ok(pool)
    }
}

fn named(name: String) -> thread::Builder {
    thread::Builder::new().name(name)
}
