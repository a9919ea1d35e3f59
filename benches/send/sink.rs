//! A server that takes every message, keeps none and counts: for measuring, and therefore as cheap as it can be.
//!
//! In: whether it offers PIPELINING and how far away it is. Out: how many messages came, how heavy they were, and how often it
//! had to wait for somebody to go on. What arrives together is answered together, one way later, as over a line of that length.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A server that runs until the program ends.
pub(crate) struct Sink {
    pub(crate) port: u16,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    messages: AtomicUsize,
    bytes: AtomicUsize,
    turns: AtomicUsize,
}

impl Sink {
    /// `way`: how long a flight and its answer are on their way, together.
    pub(crate) fn open(pipelining: bool, way: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counts = Arc::clone(&shared);
                // A line that breaks ends its own conversation; the program says what it thinks of that.
                thread::spawn(move || talk(stream, pipelining, way, &counts));
            }
        });
        Self { port, counts }
    }

    pub(crate) fn messages(&self) -> usize {
        self.counts.messages.load(Ordering::Relaxed)
    }

    /// Bytes of content, over all messages.
    pub(crate) fn bytes(&self) -> usize {
        self.counts.bytes.load(Ordering::Relaxed)
    }

    /// How often it waited after an answer, over all connections: the round trips.
    pub(crate) fn turns(&self) -> usize {
        self.counts.turns.load(Ordering::Relaxed)
    }
}

fn talk(mut stream: TcpStream, pipelining: bool, way: Duration, counts: &Counts) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut conversation = Conversation { rest: Vec::new(), is_content: false, looked: 0 };
    let mut some = vec![0; 1 << 16];
    let mut answers = String::from("220 sink\r\n");
    loop {
        let is_over = answers.ends_with("221 bye\r\n");
        let spoke = !answers.is_empty();
        stream.write_all(answers.as_bytes())?;
        answers.clear();
        let n = stream.read(&mut some)?;
        if is_over || n == 0 {
            return Ok(());
        }
        if spoke {
            counts.turns.fetch_add(1, Ordering::Relaxed);
            thread::sleep(way);
        }
        conversation.rest.extend_from_slice(&some[..n]);
        while let Some(answer) = conversation.next(pipelining, counts) {
            answers.push_str(answer);
        }
    }
}

struct Conversation {
    rest: Vec<u8>,
    is_content: bool,
    /// Of content, so much was searched for its end.
    looked: usize,
}

impl Conversation {
    /// The answer to the next thing that is there as a whole.
    fn next(&mut self, pipelining: bool, counts: &Counts) -> Option<&'static str> {
        if self.is_content {
            const END: &[u8] = b"\r\n.\r\n";
            let Some(at) = memchr::memmem::find(&self.rest[self.looked..], END) else {
                self.looked = self.rest.len().saturating_sub(END.len());
                return None;
            };
            let end = self.looked + at + END.len();
            (self.is_content, self.looked) = (false, 0);
            self.rest.drain(..end);
            counts.messages.fetch_add(1, Ordering::Relaxed);
            counts.bytes.fetch_add(end, Ordering::Relaxed);
            return Some("250 queued\r\n");
        }
        let end = memchr::memchr(b'\n', &self.rest)? + 1;
        let verb: Vec<u8> = self.rest.drain(..end).take(4).collect();
        Some(match verb.to_ascii_uppercase().as_slice() {
            b"EHLO" if pipelining => "250-sink\r\n250-PIPELINING\r\n250 SIZE 30000000\r\n",
            b"EHLO" => "250-sink\r\n250 SIZE 30000000\r\n",
            b"MAIL" | b"RCPT" => "250 ok\r\n",
            b"DATA" => {
                self.is_content = true;
                "354 go ahead\r\n"
            }
            b"QUIT" => "221 bye\r\n",
            _ => "500 what?\r\n",
        })
    }
}
