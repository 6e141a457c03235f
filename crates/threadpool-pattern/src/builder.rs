//! How a thread pool is started.

use std::sync::Arc;
use std::thread;

use workload::{Options, Stop};

use crate::ThreadPool;

/// Why a thread pool could not be started: the system has no more threads to give.
#[derive(Debug)]
pub struct BuildError(rayon::ThreadPoolBuildError);

/// Starts a [`ThreadPool`].
pub struct Builder {
    options: Options,
    on_start: Option<Arc<dyn Fn(usize) + Send + Sync>>,
}

impl Builder {
    /// A builder of a pool that works as `options` say.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            on_start: None,
        }
    }

    /// Calls `prepare` on each thread before its first job, with the worker's number from 0.
    #[must_use]
    pub fn on_start(mut self, prepare: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.on_start = Some(Arc::new(prepare));
        self
    }

    /// Starts the pool.
    ///
    /// # Errors
    ///
    /// The system has no more threads to give.
    pub fn build(self) -> Result<ThreadPool, BuildError> {
        let mut threads = Vec::new();
        let workers = self.options.workers.get();
        let mut rayon = rayon::ThreadPoolBuilder::new().num_threads(workers);
        // Jobs' panics are caught. One in the drop of a job or of an unwanted output must not end
        // the program, which it would by default.
        rayon = rayon.panic_handler(drop);
        if let Some(on_start) = self.on_start {
            rayon = rayon.start_handler(move |worker| on_start(worker));
        }
        // Rayon would not wait for its threads to end. Whoever starts them can.
        let rayon = rayon.spawn_handler(|thread| {
            let name = format!("worker {}", thread.index());
            let started = thread::Builder::new().name(name);
            threads.push(started.spawn(|| thread.run())?);
            Ok(())
        });
        let rayon = rayon.build().map_err(BuildError)?;
        Ok(ThreadPool {
            rayon: Some(rayon),
            threads,
            options: self.options,
            closing: Stop::default(),
        })
    }
}

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot start a thread pool: {}", self.0)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut builder = f.debug_struct("Builder");
        builder.field("options", &self.options);
        builder.finish_non_exhaustive()
    }
}
