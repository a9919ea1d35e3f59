//! A server of the tests' own: it speaks SMTP, keeps what it accepts, and fails where it is told to.
//!
//! It shares nothing with the program but RFC 5321: commands come in lines, content ends with a dot. With PIPELINING
//! it answers what came in one flight in its order, like any server that reads line by line.

use base64::Engine as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Where a conversation can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Banner,
    Ehlo,
    StartTls,
    /// In place of the first word of TLS.
    Handshake,
    Auth,
    Mail,
    Rcpt,
    Data,
    Dot,
    Quit,
}

/// How.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// This reply, and the conversation goes on.
    Say(&'static str),
    /// This reply, and the line is closed.
    Last(&'static str),
    HangUp,
    Silence,
}

/// What a server does.
#[derive(Clone, Default)]
pub(crate) struct Script {
    pub(crate) pipelining: bool,
    /// The fault, and how often it happens.
    pub(crate) fault: Option<(Step, Fault, usize)>,
    /// How often that step goes well before.
    pub(crate) well: usize,
    /// How long it thinks about each message.
    pub(crate) pause: Duration,
    /// How long a flight is on its way, and the answers back, together.
    pub(crate) way: Duration,
    pub(crate) protection: Protection,
    pub(crate) certificate: Certificate,
    /// Whether its certificate says that it is an authority, as those of programs on one's own computer do.
    pub(crate) calls_itself_an_authority: bool,
    /// What it says to STARTTLS; somebody on the way may have added something.
    pub(crate) with_starttls: Option<&'static str>,
    /// Who may sign in: the mechanisms it offers, and what the answer must decode to.
    pub(crate) login: Option<(&'static str, String)>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Protection {
    #[default]
    None,
    StartTls,
    Tls,
}

/// What its certificate says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Certificate {
    #[default]
    Sound,
    Expired,
    /// That it is a server of another name.
    OfAnother,
}

/// A server that runs until the test ends.
pub(crate) struct Office {
    port: u16,
    accepted: Arc<Mutex<Vec<String>>>,
    heard: Arc<Mutex<Vec<String>>>,
    turns: Arc<AtomicUsize>,
    certificate: String,
}

impl Office {
    pub(crate) fn open(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let (cert, key) = certificate(script.certificate, script.calls_itself_an_authority);
        let certificate = cert.pem();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let tls = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|b| b.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key))
            .expect("the certificate fits its key");
        let (accepted, heard, turns) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let shared = Arc::new(Shared {
            left: Mutex::new((script.well, script.fault.map_or(0, |f| f.2))),
            script,
            tls: Arc::new(tls),
            accepted: Arc::clone(&accepted),
            heard: Arc::clone(&heard),
            turns: Arc::clone(&turns),
        });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.talk(stream));
            }
        });
        Self { port, accepted, heard, turns, certificate }
    }

    /// A server whose conversation goes wrong here, every time.
    pub(crate) fn failing(pipelining: bool, step: Step, fault: Fault) -> Self {
        Self::open(Script { pipelining, fault: Some((step, fault, usize::MAX)), ..Script::default() })
    }

    /// Its line of `config.toml`, without protection.
    pub(crate) fn server(&self) -> String {
        format!("server = \"smtp+insecure://127.0.0.1:{}\"\ntimeout = \"300ms\"", self.port)
    }

    /// Likewise, under this scheme, with the certificate that its `ca-file` holds.
    pub(crate) fn protected(&self, scheme: &str, ca_file: &std::path::Path) -> String {
        std::fs::write(ca_file, &self.certificate).expect("a file can be written");
        format!("server = \"{scheme}://127.0.0.1:{}\"\nca-file = \"{}\"\ntimeout = \"2s\"", self.port, ca_file.display())
    }

    /// The messages it accepted.
    pub(crate) fn accepted(&self) -> Vec<String> {
        self.accepted.lock().expect("no thread failed").clone()
    }

    /// How often it had to wait for somebody to go on, over all connections: the round trips.
    pub(crate) fn turns(&self) -> usize {
        self.turns.load(Ordering::Relaxed)
    }

    /// The commands it heard.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no thread failed").clone()
    }
}

/// A certificate that vouches for itself.
fn certificate(kind: Certificate, calls_itself_an_authority: bool) -> (rcgen::Certificate, rcgen::KeyPair) {
    let names = if kind == Certificate::OfAnother { vec!["mail.example.org".into()] } else { vec!["localhost".into(), "127.0.0.1".into()] };
    let key = rcgen::KeyPair::generate().expect("a key can be made");
    let mut wanted = rcgen::CertificateParams::new(names).expect("these are names");
    if calls_itself_an_authority {
        wanted.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    }
    if kind == Certificate::Expired {
        wanted.not_before = rcgen::date_time_ymd(2020, 1, 1);
        wanted.not_after = rcgen::date_time_ymd(2021, 1, 1);
    }
    (wanted.self_signed(&key).expect("a certificate can be made"), key)
}

struct Shared {
    script: Script,
    /// How often the fault's step still goes well, and how often it then fails.
    left: Mutex<(usize, usize)>,
    tls: Arc<rustls::ServerConfig>,
    accepted: Arc<Mutex<Vec<String>>>,
    heard: Arc<Mutex<Vec<String>>>,
    turns: Arc<AtomicUsize>,
}

trait Line: Read + Write + Send {}
impl<T: Read + Write + Send> Line for T {}

struct Talk {
    line: Box<dyn Line>,
    rest: Vec<u8>,
    /// Whether it has said something since it last waited.
    spoke: bool,
    turns: Arc<AtomicUsize>,
    way: Duration,
}

impl Talk {
    fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.rest.windows(2).position(|w| w == b"\r\n") {
                let line: Vec<u8> = self.rest.drain(..end + 2).collect();
                return Some(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            let mut some = [0; 8192];
            let n = self.line.read(&mut some).ok().filter(|n| *n > 0)?;
            if std::mem::take(&mut self.spoke) {
                self.turns.fetch_add(1, Ordering::Relaxed);
                thread::sleep(self.way);
            }
            self.rest.extend_from_slice(&some[..n]);
        }
    }

    fn say(&mut self, reply: &str) -> Option<()> {
        self.spoke = true;
        self.line.write_all(format!("{reply}\r\n").as_bytes()).and_then(|()| self.line.flush()).ok()
    }
}

impl Shared {
    /// The fault that is due at this step.
    fn fault(&self, step: Step) -> Option<Fault> {
        let (_, fault, _) = self.script.fault.filter(|f| f.0 == step)?;
        let mut left = self.left.lock().expect("no thread failed");
        if let Some(well) = left.0.checked_sub(1) {
            left.0 = well;
            return None;
        }
        left.1 = left.1.checked_sub(1)?;
        Some(fault)
    }

    /// Answers a step; none ends the conversation. True if the answer was the ordinary one.
    fn answer(&self, talk: &mut Talk, step: Step, ordinary: &str) -> Option<bool> {
        Self::say(talk, self.fault(step), ordinary)
    }

    fn say(talk: &mut Talk, fault: Option<Fault>, ordinary: &str) -> Option<bool> {
        match fault {
            None => talk.say(ordinary).map(|()| true),
            Some(Fault::Say(reply)) => talk.say(reply).map(|()| false),
            Some(Fault::Last(reply)) => {
                talk.say(reply)?;
                None
            }
            Some(Fault::HangUp) => None,
            Some(Fault::Silence) => {
                thread::sleep(Duration::from_secs(10));
                None
            }
        }
    }

    fn offers(&self, is_protected: bool) -> String {
        let mut offers = vec!["test".to_owned()];
        offers.extend(self.script.pipelining.then(|| "PIPELINING".to_owned()));
        offers.extend((self.script.protection == Protection::StartTls && !is_protected).then(|| "STARTTLS".to_owned()));
        offers.extend(self.script.login.as_ref().filter(|_| is_protected).map(|(ways, _)| format!("AUTH {ways}")));
        offers.push("SIZE 30000000".to_owned());
        let last = offers.len() - 1;
        offers.iter().enumerate().map(|(n, o)| format!("250{}{o}", if n == last { ' ' } else { '-' })).collect::<Vec<_>>().join("\r\n")
    }

    fn protect(&self, stream: &TcpStream) -> Option<Talk> {
        match self.fault(Step::Handshake) {
            None => {}
            Some(Fault::Say(reply) | Fault::Last(reply)) => {
                let mut open = self.over(Box::new(stream.try_clone().ok()?));
                return open.say(reply).and(None);
            }
            Some(Fault::HangUp) => return None,
            Some(Fault::Silence) => {
                thread::sleep(Duration::from_secs(10));
                return None;
            }
        }
        let connection = rustls::ServerConnection::new(Arc::clone(&self.tls)).ok()?;
        Some(self.over(Box::new(rustls::StreamOwned::new(connection, stream.try_clone().ok()?))))
    }

    fn over(&self, line: Box<dyn Line>) -> Talk {
        Talk { line, rest: Vec::new(), spoke: false, turns: Arc::clone(&self.turns), way: self.script.way }
    }

    fn talk(&self, stream: TcpStream) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        let mut is_protected = self.script.protection == Protection::Tls;
        let mut talk = if is_protected { self.protect(&stream)? } else { self.over(Box::new(stream.try_clone().ok()?)) };
        self.answer(&mut talk, Step::Banner, "220 test ESMTP")?;
        loop {
            let command = talk.line()?;
            self.heard.lock().expect("no thread failed").push(command.clone());
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => drop(self.answer(&mut talk, Step::Ehlo, &self.offers(is_protected))?),
                "STARTTLS" => {
                    if self.answer(&mut talk, Step::StartTls, self.script.with_starttls.unwrap_or("220 go"))? {
                        talk = self.protect(&stream)?;
                        is_protected = true;
                    }
                }
                "AUTH" => self.sign_in(&mut talk, &command)?,
                "RSET" => talk.say("250 forgotten")?,
                "MAIL" => drop(self.answer(&mut talk, Step::Mail, "250 sender")?),
                "RCPT" => drop(self.answer(&mut talk, Step::Rcpt, "250 recipient")?),
                "DATA" => {
                    if self.answer(&mut talk, Step::Data, "354 go ahead")? {
                        self.content(&mut talk)?;
                    }
                }
                "QUIT" => {
                    self.answer(&mut talk, Step::Quit, "221 bye")?;
                    return None;
                }
                _ => talk.say("500 what?")?,
            }
        }
    }

    fn sign_in(&self, talk: &mut Talk, command: &str) -> Option<()> {
        let decode = |text: &str| String::from_utf8_lossy(&base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default()).into_owned();
        let given = if let Some(first) = command.split(' ').nth(2) {
            decode(first)
        } else {
            talk.say("334 VXNlcm5hbWU6")?;
            let name = decode(&talk.line()?);
            talk.say("334 UGFzc3dvcmQ6")?;
            format!("{name} {}", decode(&talk.line()?))
        };
        let is_right = self.script.login.as_ref().is_some_and(|(_, wanted)| *wanted == given);
        self.answer(talk, Step::Auth, if is_right { "235 welcome" } else { "535 no" }).map(drop)
    }

    fn content(&self, talk: &mut Talk) -> Option<()> {
        let mut message = String::new();
        loop {
            let line = talk.line()?;
            if line == "." {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            message.push_str("\r\n");
        }
        thread::sleep(self.script.pause);
        // It is kept before the answer, as a server does: what is answered is safe. Only a plain no says that it is not kept.
        let fault = self.fault(Step::Dot);
        let is_declined = matches!(fault, Some(Fault::Say(reply) | Fault::Last(reply)) if reply.starts_with(['4', '5']));
        if !is_declined {
            self.accepted.lock().expect("no thread failed").push(message);
        }
        Self::say(talk, fault, "250 queued as 12345").map(drop)
    }
}
