//! The file in memory that a pool and its worker map.
#![expect(unsafe_code, reason = "see the arena")]

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::process::Stdio;
use std::ptr::NonNull;

use nix::fcntl::{FallocateFlags, FcntlArg, SealFlag, fallocate, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap};
use nix::sys::resource::{Resource, getrlimit};

use super::{LARGE, REGIONS, START, STEP};
use ipc_channel::ipc::IpcSharedMemory;

/// Most bytes of a region. They take no memory before they are written.
const SPAN: u64 = if usize::BITS < 64 { 32 << 20 } else { 2 << 30 };

#[derive(Debug)]
pub(crate) struct Source(File);

impl Source {
    /// A new one, if the pool makes it, and the stdin of a worker that is to have it, too.
    pub(crate) fn new() -> io::Result<(Option<Self>, Stdio)> {
        let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
        let mut file = File::from(memfd_create("arena", flags)?);
        // A process that exceeds its limit to the size of files would be killed.
        let (limit, _) = getrlimit(Resource::RLIMIT_FSIZE)?;
        let size = (START as u64 + SPAN * REGIONS as u64).min(limit);
        if size < (START + REGIONS * STEP) as u64 {
            let reason = "the limit to the size of files (ulimit -f) is below 3 MiB";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
        }
        file.set_len(size)?;
        let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL;
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
        // A program that reads its stdin although it was started as a worker finds the end.
        file.seek(SeekFrom::End(0))?;
        let stdin = file.try_clone()?.into();
        Ok((Some(Self(file)), stdin))
    }

    /// For the worker: the one that it was given as its stdin, which is empty from now on.
    pub(crate) fn of_worker() -> io::Result<(Self, Option<IpcSharedMemory>)> {
        let file = io::stdin().as_fd().try_clone_to_owned()?;
        nix::unistd::dup2_stdin(File::open("/dev/null")?)?;
        Ok((Self(file.into()), None))
    }

    /// For the pool: the one that it has made, or else that it was sent.
    pub(crate) fn of_pool(made: Option<Self>, _: Option<IpcSharedMemory>) -> Option<Self> {
        made
    }

    pub(super) fn len(&self) -> io::Result<usize> {
        usize::try_from(self.0.metadata()?.len()).map_err(io::Error::other)
    }

    pub(super) fn map(&self, start: usize, len: usize) -> io::Result<NonNull<u8>> {
        if start + len > self.len()? {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let length = NonZeroUsize::new(len).ok_or(io::ErrorKind::InvalidInput)?;
        let start = i64::try_from(start).map_err(io::Error::other)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping in a place that the system chooses; nothing is there yet. The
        // file cannot shrink below it.
        let base = unsafe { mmap(None, length, access, MapFlags::MAP_SHARED, &self.0, start) }?;
        if len >= LARGE {
            // SAFETY: it is the mapping from above. Where there are no large pages, none are had.
            let _ = unsafe { madvise(base, len, MmapAdvise::MADV_HUGEPAGE) };
        }
        Ok(base.cast())
    }

    pub(super) fn forget(&self, start: usize, len: usize) {
        let hole = FallocateFlags::FALLOC_FL_PUNCH_HOLE | FallocateFlags::FALLOC_FL_KEEP_SIZE;
        if let (Ok(start), Ok(len)) = (i64::try_from(start), i64::try_from(len)) {
            // A system that cannot do that keeps the memory until the worker leaves.
            let _ = fallocate(&self.0, hole, start, len);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::super::Region;
    use super::*;

    impl Source {
        /// The same, as another process has it.
        pub(crate) fn copy(&self) -> io::Result<Self> {
            self.0.try_clone().map(Self)
        }
    }

    impl Region {
        /// How much memory its whole arena takes.
        pub(crate) fn taken(&self) -> usize {
            let source = self.source.as_ref().unwrap();
            usize::try_from(source.0.metadata().unwrap().blocks()).unwrap() * 512
        }
    }

    #[test]
    fn nobody_can_cut_off_what_another_has_mapped() {
        let (source, _) = Source::new().unwrap();
        let Source(file) = source.unwrap();
        let size = file.metadata().unwrap().len();
        for other in [0, size - 1, size + 1] {
            file.set_len(other).unwrap_err();
        }
        assert!(file.metadata().unwrap().blocks() * 512 < 1 << 20);
    }
}
