//! How a thread pool is started.

use std::error::Error;
use std::sync::Arc;

use workload::Options;

use crate::ThreadPool;
use crate::crew::Crew;
use crate::queue::Queue;
use crate::team::{Hooks, Team};

/// Why a thread pool could not be started: the system has no more threads to give.
#[derive(Debug)]
pub struct BuildError(Box<dyn Error + Send + Sync>);

/// Starts a [`ThreadPool`].
pub struct Builder {
    options: Options,
    hooks: Hooks,
}

impl Builder {
    /// A builder of a pool that works as `options` say.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            hooks: Hooks::default(),
        }
    }

    /// Calls `prepare` on each thread before its first job, with the worker's number from 0. A thread
    /// that takes the place of one that hangs has that one's number.
    #[must_use]
    pub fn on_start(mut self, prepare: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.hooks.on_start = Some(Arc::new(prepare));
        self
    }

    /// Starts the pool.
    ///
    /// # Errors
    ///
    /// The system has no more threads to give.
    pub fn build(self) -> Result<ThreadPool, BuildError> {
        let workers = self.options.workers.get();
        let failed = |error: rayon::ThreadPoolBuildError| BuildError(error.into());
        let mut pool = ThreadPool {
            team: None,
            crew: None,
            monitor: None,
            queue: Queue::new(workers, self.options.gil),
            options: self.options,
            tally: self.hooks.tally.clone(),
        };
        let Some(limit) = pool.options.timeout else {
            pool.team = Some(Team::new(0, workers, self.hooks).map_err(failed)?);
            return Ok(pool);
        };
        let crew = Arc::new(Crew::new(workers, limit, self.hooks).map_err(failed)?);
        pool.crew = Some(crew.clone());
        let monitor = std::thread::Builder::new().name("monitor".to_owned());
        let monitor = monitor.spawn(move || crew.monitor());
        pool.monitor = Some(monitor.map_err(|error| BuildError(error.into()))?);
        Ok(pool)
    }
}

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot start a thread pool: {}", self.0)
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut builder = f.debug_struct("Builder");
        builder.field("options", &self.options);
        builder.finish_non_exhaustive()
    }
}
