//! One job there and back, and what the system takes at the least to wake another process and be
//! woken by it.

use std::io::stdin;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};

use anyhow::{Result, bail, ensure};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{read, write};
use processpool_pattern::{Options, ProcessPool};

use crate::Amount;
use crate::clock::median_time;
use crate::jobs::Square;

/// Bytes of a message: about those of a small job.
const MESSAGE: usize = 64;

/// Job after job to one worker, each sent when the one before it is back.
pub(crate) fn processes(jobs: u64) -> Result<Amount> {
    let pool = ProcessPool::new(Options::new().workers(1))?;
    median_time(|| {
        for n in 0..jobs {
            pool.submit(Square(n)).wait()?;
        }
        Ok(())
    })
}

/// Packet after packet to another process through a socket, each sent when the one before it is
/// back.
pub(crate) fn packets(jobs: u64) -> Result<Amount> {
    let (ours, theirs) = socketpair(
        AddressFamily::Unix,
        SockType::SeqPacket,
        None,
        SockFlag::SOCK_CLOEXEC,
    )?;
    let mut echo = Command::new(std::env::current_exe()?);
    let mut echo = echo.arg("packet-echo").stdin(Stdio::from(theirs)).spawn()?;
    let mut message = [7; MESSAGE];
    let took = median_time(|| {
        for _ in 0..jobs {
            write(&ours, &message)?;
            ensure!(read(&ours, &mut message)? == MESSAGE, "the echo has ended");
        }
        Ok(())
    });
    // It ends when there is nobody to send it anything.
    drop(ours);
    echo.wait()?;
    took
}

/// Sends back what it is sent, until there is no more.
pub(crate) fn echo() -> Result<Amount> {
    let socket = stdin();
    let mut message = [0; MESSAGE];
    loop {
        let length = read(socket.as_fd(), &mut message)?;
        if length == 0 {
            std::process::exit(0);
        }
        if write(socket.as_fd(), &message[..length])? != length {
            bail!("a packet was cut");
        }
    }
}
