//! One job there and back, and what the system takes at the least to wake another process and be
//! woken by it.

use std::io::stdin;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender, channel};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{read, write};
use processpool_pattern::{Options, ProcessPool};
use serde_bytes::ByteBuf;

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

/// What a process that echoes messages says first: where to send them, and where they come back.
type Ends = (IpcSender<ByteBuf>, IpcReceiver<ByteBuf>);

/// The same by way of the engine's channels, without a pool: the least that a pool on this engine
/// could take.
pub(crate) fn messages(jobs: u64) -> Result<Amount> {
    let (server, name) = IpcOneShotServer::<Ends>::new()?;
    let mut echo = Command::new(std::env::current_exe()?);
    let mut echo = echo.args(["message-echo", "--server", &name]).spawn()?;
    let (_, (there, back)) = server.accept()?;
    let message = ByteBuf::from([7; MESSAGE]);
    let took = median_time(|| {
        for _ in 0..jobs {
            there.send(message.clone())?;
            ensure!(back.recv()?.len() == MESSAGE, "a message was cut");
        }
        Ok(())
    });
    // It ends when there is nobody to send it anything.
    drop(there);
    echo.wait()?;
    took
}

/// Sends back every message, until there are no more.
pub(crate) fn message_echo(server: Option<&str>) -> Result<Amount> {
    let server = server.context("--server is missing: the name of who sends the messages")?;
    let (there, inbox) = channel()?;
    let (outbox, back) = channel()?;
    IpcSender::<Ends>::connect(server.to_owned())?.send((there, back))?;
    while let Ok(message) = inbox.recv() {
        outbox.send(message)?;
    }
    std::process::exit(0)
}
