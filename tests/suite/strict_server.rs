//! A mail server as strict as real ones, whose replies a test may choose: MAIL within a transaction is 503, as are RCPT and DATA without one.
//!
//! It keeps what it took, and nothing that came before the end of a content.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a server does instead of the ordinary.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says this; lines end as they are written here, and the last one with CRLF.
    Say(String),
    /// Says this and hangs up.
    Last(String),
    HangUp,
    /// Takes the content and hangs up without a word.
    TakeAndHangUp,
    /// Reads so many bytes of the content, says this and hangs up.
    InTheMiddle(usize, String),
    /// Says these bytes, in two pieces.
    Bytes {
        said: Vec<u8>,
        first: usize,
        pause: Duration,
        hangs_up: bool,
        takes: bool,
    },
}

/// A step of the conversation, its argument, and on which connection it is.
pub(crate) struct At<'a> {
    /// `BANNER`, a command, or `.` for the end of content; then the argument is the content.
    pub(crate) verb: &'a str,
    pub(crate) argument: &'a str,
    pub(crate) connection: usize,
}

type Hook = dyn Fn(&At<'_>) -> Option<Act> + Send + Sync;

/// A message that was taken: its recipient, and its content.
pub(crate) type Taken = (String, String);

/// A server that runs until the test ends.
pub(crate) struct StrictServer {
    port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    heard: Arc<Mutex<Vec<String>>>,
    talking: Arc<AtomicUsize>,
}

impl StrictServer {
    pub(crate) fn open(offers: &[&str], hook: impl Fn(&At<'_>) -> Option<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let (taken, heard) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let names: Vec<&str> = ["mx"].iter().chain(offers).copied().collect();
        let lines: Vec<String> = names.iter().enumerate().map(|(n, name)| format!("250{}{name}", if n + 1 == names.len() { ' ' } else { '-' })).collect();
        let (offers, hook): (String, Arc<Hook>) = (lines.join("\r\n"), Arc::new(hook));
        let talking = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&talking);
        let (kept, listened) = (Arc::clone(&taken), Arc::clone(&heard));
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let _ = stream.set_nodelay(true);
                let talk = Talk { stream, rest: Vec::new(), connection, hook: Arc::clone(&hook), taken: Arc::clone(&kept), heard: Arc::clone(&listened) };
                let (offers, counted) = (offers.clone(), Arc::clone(&counted));
                counted.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    talk.run(&offers);
                    counted.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, taken, heard, talking }
    }

    /// Its line of `config.toml`.
    pub(crate) fn server(&self) -> String {
        format!("server = \"smtp+insecure://127.0.0.1:{}\"\ntimeout = \"1s\"", self.port)
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("no thread failed").clone()
    }

    /// Waits until nobody is talked to: whatever was on its way has come.
    pub(crate) fn settle(&self) {
        // A connection that nobody has taken yet stands in the queue before this one.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        while self.talking.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no thread failed").clone()
    }
}

struct Talk {
    stream: TcpStream,
    rest: Vec<u8>,
    connection: usize,
    hook: Arc<Hook>,
    taken: Arc<Mutex<Vec<Taken>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Talk {
    fn fill(&mut self) -> Option<()> {
        let mut some = [0; 8192];
        let n = self.stream.read(&mut some).ok().filter(|n| *n > 0)?;
        self.rest.extend_from_slice(&some[..n]);
        Some(())
    }

    fn until(&mut self, end: &[u8]) -> Option<String> {
        loop {
            if let Some(at) = self.rest.windows(end.len()).position(|window| window == end) {
                let bytes: Vec<u8> = self.rest.drain(..at + end.len()).collect();
                return Some(String::from_utf8_lossy(&bytes[..at]).into_owned());
            }
            self.fill()?;
        }
    }

    fn say(&mut self, text: &str) -> Option<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).ok()
    }

    fn say_bytes(&mut self, said: &[u8], first: usize, pause: Duration) -> Option<()> {
        let (one, other) = said.split_at(first.min(said.len()));
        self.stream.write_all(one).ok()?;
        thread::sleep(pause);
        self.stream.write_all(other).ok()
    }

    /// Answers a step; none ends the conversation. The digit that the answer begins with.
    fn answer(&mut self, verb: &str, argument: &str, ordinary: &str) -> Option<char> {
        let said = match (self.hook)(&At { verb, argument, connection: self.connection }) {
            None => ordinary.to_owned(),
            Some(Act::Say(text)) => text,
            Some(Act::Last(text)) => {
                self.say(&text)?;
                return None;
            }
            Some(Act::InTheMiddle(bytes, text)) => {
                self.say("354 go")?;
                while self.rest.len() < bytes {
                    self.fill()?;
                }
                self.say(&text)?;
                // What comes after it is heard no more, and not answered by a reset.
                let _ = self.stream.shutdown(std::net::Shutdown::Write);
                while self.fill().is_some() {}
                return None;
            }
            Some(Act::Bytes { said, first, pause, hangs_up, .. }) => {
                self.say_bytes(&said, first, pause)?;
                return if hangs_up { None } else { Some(last_digit(&said)) };
            }
            Some(Act::HangUp | Act::TakeAndHangUp) => return None,
        };
        self.say(&said)?;
        said.chars().next()
    }

    fn run(mut self, offers: &str) -> Option<()> {
        self.answer("BANNER", "", "220 mx ESMTP")?;
        let (mut has_sender, mut recipient) = (false, None::<String>);
        loop {
            let line = self.until(b"\r\n")?;
            self.heard.lock().expect("no thread failed").push(line.clone());
            let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
            match verb {
                "EHLO" => drop(self.answer(verb, argument, offers)?),
                "MAIL" => {
                    let ordinary = if has_sender { "503 5.5.1 Error: nested MAIL command" } else { "250 2.1.0 Ok" };
                    has_sender |= self.answer(verb, argument, ordinary)? == '2';
                }
                "RCPT" => {
                    let ordinary = if has_sender { "250 2.1.5 Ok" } else { "503 5.5.1 need MAIL" };
                    if self.answer(verb, argument, ordinary)? == '2' && has_sender {
                        recipient = argument.strip_prefix("TO:<").and_then(|rest| rest.split_once('>')).map(|(address, _)| address.to_owned());
                    }
                }
                "DATA" => {
                    let ordinary = if recipient.is_some() { "354 go" } else { "503 5.5.1 need RCPT" };
                    if self.answer(verb, argument, ordinary)? == '3' {
                        let content = self.until(b"\r\n.\r\n")?;
                        let to = recipient.take();
                        has_sender = false;
                        self.content(to, &content)?;
                    }
                }
                "RSET" => {
                    (has_sender, recipient) = (false, None);
                    self.answer(verb, argument, "250 2.0.0 Ok")?;
                }
                "QUIT" => {
                    self.answer(verb, argument, "221 2.0.0 Bye")?;
                    return None;
                }
                _ => self.say("500 5.5.2 unrecognised")?,
            }
        }
    }

    /// It is kept before it is answered for, unless the answer is no.
    fn content(&mut self, to: Option<String>, content: &str) -> Option<()> {
        let act = (self.hook)(&At { verb: ".", argument: content, connection: self.connection });
        let is_declined = match &act {
            Some(Act::Say(text) | Act::Last(text)) => text.starts_with(['4', '5']),
            Some(Act::HangUp | Act::InTheMiddle(..)) => true,
            Some(Act::Bytes { takes, .. }) => !takes,
            Some(Act::TakeAndHangUp) | None => false,
        };
        if let (false, Some(to)) = (is_declined, to) {
            self.taken.lock().expect("no thread failed").push((to, content.to_owned()));
        }
        match act {
            None => self.say("250 2.0.0 Ok: queued as ABC123"),
            Some(Act::Say(text)) => self.say(&text),
            Some(Act::Last(text)) => self.say(&text).and(None),
            Some(Act::Bytes { said, first, pause, hangs_up, .. }) => self.say_bytes(&said, first, pause).filter(|()| !hangs_up),
            Some(_) => None,
        }
    }
}

/// What the last line of a reply begins with.
fn last_digit(said: &[u8]) -> char {
    let last = said.strip_suffix(b"\n").unwrap_or(said).rsplit(|b| *b == b'\n').next().unwrap_or_default();
    last.first().map_or('?', |b| char::from(*b))
}
