//! A host that says exactly what a test has it say, byte for byte.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::socket::{setsockopt, sockopt};

/// What the host says to a request, and what it does then.
#[derive(Clone)]
struct Answer {
    says: Vec<u8>,
    then: Then,
}

/// What the host does after it has spoken.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// It listens to the next request on the connection.
    Listen,
    /// It closes the connection when it is asked for something else on it.
    Once,
    /// It closes the connection.
    Close,
    /// It breaks the connection off with a reset.
    Reset,
    /// It says this over and over, as fast as it can.
    Repeat(&'static [u8]),
    /// It says this over and over, with a pause of some milliseconds each time.
    Drip(&'static [u8]),
    /// It says nothing any more.
    Hang,
}

/// What was asked for.
#[derive(Default)]
struct Asked {
    connections: usize,
    /// The lines of each request's header, sorted, by path.
    heads: HashMap<String, Vec<Vec<String>>>,
}

/// A host on the loopback. Dropped, it is gone, and nobody waits for it.
pub(crate) struct Host {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    asked: Arc<Mutex<Asked>>,
    accepting: Option<JoinHandle<()>>,
}

impl Host {
    /// Starts one with these answers, by path.
    pub(crate) fn start(answers: impl IntoIterator<Item = (&'static str, Vec<u8>, Then)>) -> Self {
        let answers = answers.into_iter();
        let answers = answers.map(|(path, says, then)| (path, Answer { says, then }));
        let answers: Arc<HashMap<_, _>> = Arc::new(answers.collect());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let asked = Arc::<Mutex<Asked>>::default();
        let (ends, counts) = (over.clone(), asked.clone());
        let accepting = std::thread::spawn(move || {
            let mut talking = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                counts.lock().unwrap().connections += 1;
                let (answers, over, asked) = (answers.clone(), ends.clone(), counts.clone());
                // That the other side has had enough is no failure.
                let talk = move || drop(talk(&stream, &answers, &over, &asked));
                talking.push(std::thread::spawn(talk));
            }
            for thread in talking {
                thread.join().unwrap();
            }
        });
        Self {
            address,
            over,
            asked,
            accepting: Some(accepting),
        }
    }

    /// How often this path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.heads(path).len()
    }

    /// What the header said each time that this path was asked for: its lines, sorted.
    pub(crate) fn heads(&self, path: &str) -> Vec<Vec<String>> {
        let asked = self.asked.lock().unwrap();
        asked.heads.get(path).cloned().unwrap_or_default()
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.asked.lock().unwrap().connections
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // It notices when somebody comes.
        let _ = TcpStream::connect(self.address);
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

fn talk(
    stream: &TcpStream,
    answers: &HashMap<&str, Answer>,
    over: &AtomicBool,
    asked: &Mutex<Asked>,
) -> std::io::Result<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    stream.set_read_timeout(Some(PAUSE))?;
    let mut requests = BufReader::new(stream);
    let mut to = stream;
    while let Some(head) = request(&mut requests, over)? {
        let (line, header) = head.split_once("\r\n").unwrap();
        let path = line.split([' ', '?']).nth(1).unwrap();
        let mut header: Vec<_> = header.trim_end().lines().map(str::to_owned).collect();
        header.sort_unstable();
        let mut asked = asked.lock().unwrap();
        asked.heads.entry(path.to_owned()).or_default().push(header);
        drop(asked);
        let answer = &answers[path];
        to.write_all(&answer.says)?;
        match answer.then {
            Then::Listen => {}
            Then::Once => return request(&mut requests, over).map(drop),
            Then::Close => return Ok(()),
            Then::Reset => {
                let linger = nix::libc::linger {
                    l_onoff: 1,
                    l_linger: 0,
                };
                return Ok(setsockopt(stream, sockopt::Linger, &linger)?);
            }
            Then::Repeat(text) => loop {
                to.write_all(text)?;
            },
            Then::Drip(text) => loop {
                to.write_all(text)?;
                std::thread::sleep(PAUSE);
            },
            Then::Hang => while request(&mut requests, over)?.is_some() {},
        }
    }
    Ok(())
}

/// The head of the next request; none if there is no other.
fn request(
    requests: &mut BufReader<&TcpStream>,
    over: &AtomicBool,
) -> std::io::Result<Option<String>> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        match requests.read_line(&mut head) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if over.load(Ordering::SeqCst) {
                    return Ok(None);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Some(head))
}

/// A whole answer of status 200, with these lines in its header.
pub(crate) fn ok(header: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\n{header}\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}
