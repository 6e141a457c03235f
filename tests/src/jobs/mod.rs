//! The jobs that the tests run, and their registration with the workers of a process pool.

mod act;
mod blob;
mod fork;
mod halt;
mod look;
mod meet;
mod nested;
mod spite;
mod stubborn;
mod torn;

pub(crate) use act::overflow;
pub use act::{Act, Deed};
pub use blob::Blob;
pub use halt::{Halt, Halted};
pub use look::Look;
pub use meet::Meet;
pub use nested::{Nested, asynchronous, threads};
pub use spite::{Panics, Spite, Spiteful};
pub use stubborn::{Mute, Stuck, Unknown, prepared};
pub use torn::Torn;

/// Adds all jobs but [`Unknown`].
pub fn register(jobs: &mut processpool_pattern::Registry) {
    jobs.add::<Act>()
        .add::<Blob>()
        .add::<Meet>()
        .add::<Nested>();
    jobs.add::<Halt>()
        .add::<Look>()
        .add::<Mute>()
        .add::<Spite>()
        .add::<Stuck>()
        .add::<Torn>();
    jobs.on_start(stubborn::prepare);
}
