//! The other end of many connections: a process that sends everything back, so that each side has its own
//! descriptors.

use std::io::{BufRead, BufReader, Read, stdin};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime;

use crate::Amount;

/// Bytes of what is sent and comes back.
pub(crate) const MESSAGE: usize = 64;

/// Descriptors beyond those of the connections.
const OTHERS: u64 = 100;

/// A process that echoes, and ends with this one.
pub(crate) struct OtherEnd {
    port: u16,
    process: Child,
    /// It ends when this is closed.
    stdin: Option<ChildStdin>,
}

impl OtherEnd {
    /// Starts this program again as this other end.
    pub(crate) fn start(other_end: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(other_end);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let stdin = process.stdin.take();
        let stdout = process.stdout.take().context("it has no stdout")?;
        let mut started = Self {
            port: 0,
            process,
            stdin,
        };
        let mut said = String::new();
        BufReader::new(stdout).read_line(&mut said)?;
        let port = said.trim().parse();
        started.port =
            port.with_context(|| format!("the other end said {said:?}, not its port"))?;
        Ok(started)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

impl Drop for OtherEnd {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // Where it cannot be waited for, it has ended already.
        let _ = self.process.wait();
    }
}

/// Says its port, and sends back what it is sent, until stdin is closed.
pub(crate) fn echo() -> Result<Amount> {
    // As many as it may have: whoever connects knows how many are needed.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    std::thread::spawn(|| {
        let _ = stdin().read(&mut [0]);
        std::process::exit(0);
    });
    // One thread, so that what is measured has the rest of the machine.
    let mut runtime = runtime::Builder::new_current_thread();
    runtime.enable_io().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?.port());
        loop {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(async move {
                let mut message = [0; MESSAGE];
                while stream.read_exact(&mut message).await.is_ok()
                    && stream.write_all(&message).await.is_ok()
                {}
            });
        }
    })
}

/// Raises the limit of this process's descriptors to what so many connections need; or says what forbids
/// that.
pub(crate) fn forbids(connections: u64) -> Result<Option<String>> {
    let needed = connections + OTHERS;
    let (now, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if most < needed {
        return Ok(Some(format!(
            "{connections} connections need {needed} open files at once, and a process may have {most} here; \
             an administrator raises that by `ulimit -n {needed}`"
        )));
    }
    if now < needed {
        setrlimit(Resource::RLIMIT_NOFILE, needed, most)?;
    }
    Ok(None)
}
