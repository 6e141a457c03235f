//! What a pool and its worker map where there are no files without a name: memory of a fixed size,
//! which the worker makes and sends. What does not fit into it is sent as a message of its own.
#![expect(unsafe_code, reason = "see the arena")]

use std::io;
use std::process::Stdio;
use std::ptr::NonNull;

use ipc_channel::ipc::IpcSharedMemory;

use super::{REGIONS, START, STEP};

#[derive(Debug)]
pub(crate) struct Source {
    base: NonNull<u8>,
    /// Keeps the mapping; never read through again.
    memory: IpcSharedMemory,
}

// SAFETY: `base` points into `memory`, which may be sent and shared.
unsafe impl Send for Source {}
// SAFETY: as above.
unsafe impl Sync for Source {}

impl Source {
    pub(crate) fn new() -> io::Result<(Option<Self>, Stdio)> {
        Ok((None, Stdio::null()))
    }

    pub(crate) fn of_worker() -> io::Result<(Self, Option<IpcSharedMemory>)> {
        let memory = IpcSharedMemory::from_byte(0, START + REGIONS * 2 * STEP);
        let copy = memory.clone();
        let source = Self::over(memory).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok((source, Some(copy)))
    }

    pub(crate) fn of_pool(_: Option<Self>, sent: Option<IpcSharedMemory>) -> Option<Self> {
        sent.and_then(Self::over)
    }

    fn over(mut memory: IpcSharedMemory) -> Option<Self> {
        // SAFETY: the slice is not kept, only its address is.
        let base = NonNull::new(unsafe { memory.deref_mut() }.as_mut_ptr())?;
        Some(Self { base, memory })
    }

    pub(super) fn len(&self) -> io::Result<usize> {
        Ok(self.memory.len())
    }

    pub(super) fn map(&self, start: usize, len: usize) -> io::Result<NonNull<u8>> {
        if start + len > self.memory.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // SAFETY: in bounds.
        Ok(unsafe { self.base.add(start) })
    }

    pub(super) fn forget(&self, _: usize, _: usize) {}
}
