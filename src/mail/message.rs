//! A cleared letter in an envelope, as bytes.
//!
//! In: a [`Cleared`] letter and the [`Posting`] it goes with. Out: an [`Email`] to one recipient, or why it cannot be one.
//! The same letter gives the same bytes, whoever runs the program and wherever: Message-ID and boundaries are hashes, the date
//! is given, and no header names a machine, a user or a program. There is no Bcc.
//!
//! Only a cleared letter becomes an e-mail:
//!
//! ```
//! use appeal::{letter::Cleared, mail::{Email, Posting}, writers::RenderOptions};
//! fn post(letter: &Cleared, on: &RenderOptions, with: Posting) -> Option<Email> { Email::new(letter, on, with).ok() }
//! ```
//!
//! ```compile_fail,E0308
//! use appeal::{letter::Letter, mail::{Email, Posting}, writers::RenderOptions};
//! fn post(letter: &Letter, on: &RenderOptions, with: Posting) -> Option<Email> { Email::new(letter, on, with).ok() }
//! ```

use super::sha256::hex;
use super::{digest, phrase};
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Severity};
use crate::letter::{Cleared, Letter};
use crate::organisation::MailBody;
use crate::text::{Lines, clean};
use crate::writers::{Format, RenderOptions, write};
use chrono::NaiveDate;
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, Date, HeaderName, HeaderValue, Headers};
use lettre::message::{Attachment as Part, Body, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a message may weigh, in bytes, if nothing else is configured.
pub const LARGEST: u64 = 20_000_000;
/// A display name is cut here: longer ones are a mistake, and some servers refuse them.
const LONGEST_NAME: usize = 200;

/// By what the ledger knows a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The case.
    pub case: String,
    /// The recipient's key; for a letter about one person, the person's id before it: `v1.wgeid`.
    pub key: String,
    /// The letter's language.
    pub language: String,
    /// Its reader.
    pub audience: Audience,
}

/// What an e-mail needs beside the letter.
pub struct Posting {
    /// The recipient's key, as in [`Identity`].
    pub key: String,
    /// The recipient's address.
    pub to: String,
    /// The sender's mailbox: `Name <address>`, or an address.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// What stands in the message itself.
    pub body: MailBody,
    /// SHA-256 of the case's matter.
    pub matter: [u8; 32],
    /// Whether the case gives the letter's date, rather than the day of the run.
    pub is_dated: bool,
    /// The annexes that this reader may have, in order.
    pub annexes: Vec<Attachment>,
    /// The Message-ID of the letter that this one continues.
    pub answers: Option<String>,
    /// What the message may weigh, in bytes.
    pub largest: u64,
}

/// A file that goes with the message.
#[derive(Clone)]
pub struct Attachment {
    /// A neutral name: `annex-1.pdf`.
    pub name: String,
    /// Its bytes, read once: the digest and what is sent are of the same reading.
    pub bytes: Vec<u8>,
}

/// One message to one recipient.
pub struct Email {
    pub(super) identity: Identity,
    pub(super) matter: [u8; 32],
    pub(super) letter_date: NaiveDate,
    pub(super) is_dated: bool,
    pub(super) digest: String,
    pub(super) message_id: String,
    pub(super) from: Mailbox,
    pub(super) to: Mailbox,
    reply_to: Option<Mailbox>,
    answers: Option<String>,
    subject: String,
    text: String,
    html: String,
    attachments: Vec<Attachment>,
    annexes: Vec<(String, String)>,
    /// The message under the first date of Unix time, if it was made ahead.
    ahead: Option<Vec<u8>>,
}

impl Email {
    /// Puts a letter into an envelope.
    ///
    /// # Errors
    /// An address that mail cannot use, or a message that is too heavy: the reason to hold the letter.
    pub fn new(letter: &Cleared, options: &RenderOptions, posting: Posting) -> Result<Self, Box<Diagnostic>> {
        let letter = letter.letter();
        let from = sender(&posting.from)?;
        let to = Mailbox::new(None, address(&posting.to)?);
        let reply_to = posting.reply_to.as_deref().map(sender).transpose()?;
        let annexes: Vec<(String, String)> = posting.annexes.iter().map(|a| (a.name.clone(), hex(&Sha256::digest(&a.bytes)))).collect();
        let digest = digest::digest(letter, &annexes, &posting.to);
        let message_id = message_id(&digest, &posting.key, &from.email);
        let mut attachments = Vec::new();
        let (text, html) = match posting.body {
            MailBody::Letter => (written(letter, options, Format::Text)?, written(letter, options, Format::Html)?),
            MailBody::Cover => {
                let format = if Format::Pdf.is_built() { Format::Pdf } else { Format::Docx };
                attachments.push(Attachment { name: format!("letter.{}", format.extension()), bytes: set(letter, options, format)? });
                cover(letter)
            }
        };
        attachments.extend(posting.annexes);
        let email = Self {
            identity: Identity { case: letter.case.clone(), key: posting.key, language: letter.language.to_string(), audience: letter.audience },
            matter: posting.matter,
            letter_date: letter.date,
            is_dated: posting.is_dated,
            digest,
            message_id,
            from,
            to,
            reply_to,
            answers: posting.answers,
            subject: foldable(&clean(letter.subject(), Lines::One).0),
            text,
            html,
            attachments,
            annexes,
            ahead: None,
        };
        email.check_weight(posting.largest)?;
        Ok(email)
    }

    /// By what the ledger knows it.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Where it goes.
    #[must_use]
    pub fn address(&self) -> &str {
        self.to.email.as_ref()
    }

    /// SHA-256 of the letter, its annexes and the address, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The annexes by name, each with its SHA-256.
    #[must_use]
    pub fn annexes(&self) -> &[(String, String)] {
        &self.annexes
    }

    /// The bytes of a file that a mail program opens as a draft, dated at noon of the letter's date.
    #[must_use]
    pub fn draft_file(&self) -> Vec<u8> {
        let noon = self.letter_date.and_hms_opt(12, 0, 0).map_or(0, |t| t.and_utc().timestamp());
        let unsent = HeaderValue::new(HeaderName::new_from_ascii_str("X-Unsent"), "1".to_owned());
        self.message(noon, Some(unsent)).formatted()
    }

    /// Encodes the message ahead, beside others, so that no connection waits for it; only its date is still open.
    #[must_use]
    pub fn encoded(mut self) -> Self {
        self.ahead = Some(self.message(0, None).formatted());
        self
    }

    /// The bytes that are sent, dated at this second (of Unix time).
    #[must_use]
    pub fn bytes(&self, date: i64) -> Vec<u8> {
        let Some(ahead) = &self.ahead else { return self.message(date, None).formatted() };
        let mut bytes = ahead.clone();
        let (before, after) = (dated(0), dated(date));
        // Every date of mail has the same length.
        if let Some(at) = memchr::memmem::find(ahead, before.as_bytes()).filter(|_| before.len() == after.len()) {
            bytes[at..at + after.len()].copy_from_slice(after.as_bytes());
            return bytes;
        }
        self.message(date, None).formatted()
    }

    fn message(&self, date: i64, extra: Option<HeaderValue>) -> Message {
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .subject(self.subject.clone())
            .date(moment(date))
            .message_id(Some(self.message_id.clone()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        if let Some(earlier) = &self.answers {
            builder = builder.in_reply_to(earlier.clone()).references(earlier.clone());
        }
        let mailboxes = [("From", Some(&self.from)), ("Reply-To", self.reply_to.as_ref())];
        for (header, mailbox) in mailboxes.into_iter().filter_map(|(header, mailbox)| Some((header, mailbox?))) {
            if let Some(text) = phrase::encoded(header, mailbox) {
                let name = HeaderName::new_from_ascii_str(header);
                builder = builder.raw_header(HeaderValue::dangerous_new_pre_encoded(name, mailbox.email.to_string(), text));
            }
        }
        if let Some(header) = extra {
            builder = builder.raw_header(header);
        }
        let part = |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(with_line_ends(body));
        let alternatives = MultiPart::alternative()
            .boundary(self.boundary("alternative"))
            .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.html));
        let body = if self.attachments.is_empty() {
            alternatives
        } else {
            let mixed = MultiPart::mixed().boundary(self.boundary("mixed")).multipart(alternatives);
            self.attachments.iter().fold(mixed, |mixed, a| mixed.singlepart(attached(a)))
        };
        builder.multipart(body).expect("a message with a sender and a recipient can be built")
    }

    fn boundary(&self, of: &str) -> String {
        let hash = Sha256::new().chain_update(&self.digest).chain_update(of).finalize();
        format!("=_{}", hex(&hash[..20]))
    }

    /// Base64 makes four bytes of three, and a line end for every 76 of them.
    fn check_weight(&self, largest: u64) -> Result<(), Box<Diagnostic>> {
        let encoded = |n: usize| n as u64 * 78 / 57 + 200;
        let weight = encoded(self.text.len()) + encoded(self.html.len()) + self.attachments.iter().map(|a| encoded(a.bytes.len())).sum::<u64>();
        if weight <= largest {
            return Ok(());
        }
        let heaviest = self.attachments.iter().max_by_key(|a| a.bytes.len());
        let megabytes = |n: u64| format!("{}.{}", n / 1_000_000, n % 1_000_000 / 100_000);
        let mut hold = Diagnostic::hold(say!(
            "the message weighs {weight} MB, more than the {largest} MB that may be sent",
            weight = megabytes(weight),
            largest = megabytes(largest)
        ));
        if let Some(heaviest) = heaviest {
            hold = hold.hint(say!(
                "the heaviest part is {name} with {size} MB: make it smaller, or send it another way",
                name = heaviest.name,
                size = megabytes(heaviest.bytes.len() as u64)
            ));
        }
        Err(Box::new(hold))
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email({}, {})", self.identity.case, self.identity.key)
    }
}

fn attached(attachment: &Attachment) -> SinglePart {
    Part::new(attachment.name.clone()).body(in_base64(&attachment.bytes), content_type(&attachment.name, &attachment.bytes))
}

/// A file arrives with the bytes that were digested, line ends included.
fn in_base64(bytes: &[u8]) -> Body {
    Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64).expect("base64 holds any bytes")
}

/// A header folds at spaces, and none of its lines may be longer than 998 bytes: a longer word is cut.
fn foldable(text: &str) -> String {
    let cut = |word: &str| word.chars().collect::<Vec<_>>().chunks(LONGEST_NAME).map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    text.split(' ').map(cut).collect::<Vec<_>>().join(" ")
}

/// With the line ends of mail. The mail library would insert each by itself and move the whole rest of a text for it.
fn with_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn moment(seconds: i64) -> SystemTime {
    // What the calendar of mail cannot say is said as its beginning.
    UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

/// The header `Date` of this second, from the line end before it on: no other header can hold that.
fn dated(seconds: i64) -> String {
    let mut headers = Headers::new();
    headers.set(Date::from(moment(seconds)));
    format!("\r\n{headers}")
}

fn address(text: &str) -> Result<Address, Box<Diagnostic>> {
    // Not every server carries letters outside ASCII, and each carries what the name of a domain is in ASCII.
    let ascii = match text.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => idna::domain_to_ascii(domain).ok().map(|domain| format!("{local}@{domain}")),
        _ => None,
    };
    ascii.as_deref().unwrap_or(text).parse().map_err(|_| {
        Box::new(Diagnostic::hold(say!("`{address}` is no address that mail can use", address = crate::diagnostic::shown(text))).hint(say!("correct it")))
    })
}

/// `Name <address>` or an address. A name without line ends and controls, since the mail library stops the program at them.
fn sender(text: &str) -> Result<Mailbox, Box<Diagnostic>> {
    let Some((name, rest)) = text.rsplit_once('<') else { return Ok(Mailbox::new(None, address(text.trim())?)) };
    let email = address(rest.trim().trim_end_matches('>'))?;
    let name: String = clean(name, Lines::One).0.trim().trim_matches('"').chars().take(LONGEST_NAME).collect();
    Ok(Mailbox::new(Some(name).filter(|n| !n.is_empty()), email))
}

fn message_id(digest: &str, key: &str, from: &Address) -> String {
    let hash = Sha256::new().chain_update(digest).chain_update(key).finalize();
    let domain: String = if from.domain().is_ascii() { from.domain().to_owned() } else { "invalid".to_owned() };
    format!("<{}@{domain}>", hex(&hash[..16]))
}

/// The letter in a format; what keeps it from that format is a reason to hold the message.
fn set(letter: &Letter, options: &RenderOptions, format: Format) -> Result<Vec<u8>, Box<Diagnostic>> {
    write(letter, options, format).map_err(|problems| {
        let first = problems.into_iter().next().expect("what is refused is refused for a reason");
        Box::new(Diagnostic { severity: Severity::Hold, ..first })
    })
}

fn written(letter: &Letter, options: &RenderOptions, format: Format) -> Result<String, Box<Diagnostic>> {
    Ok(String::from_utf8(set(letter, options, format)?).expect("text and HTML are written in UTF-8"))
}

/// A few lines without names, as text and as HTML.
fn cover(letter: &Letter) -> (String, String) {
    let text = format!("{}\n", letter.cover.join("\n\n"));
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\">\n<head><meta charset=\"utf-8\"><title>",
        letter.language,
        if letter.direction == crate::letter::Direction::Rtl { "rtl" } else { "ltr" }
    );
    html.push_str(&escaped(letter.subject()));
    html.push_str("</title></head>\n<body>\n");
    for line in &letter.cover {
        html.push_str(&format!("<p>{}</p>\n", escaped(line)));
    }
    html.push_str("</body>\n</html>\n");
    (text, html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The type of a file by its ending; anything else is bytes, and so is text in an encoding that nobody has named.
fn content_type(name: &str, bytes: &[u8]) -> ContentType {
    let kind = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt" => "application/vnd.oasis.opendocument.text",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "heic" | "heif" => "image/heic",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "tif" | "tiff" => "image/tiff",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "csv" if std::str::from_utf8(bytes).is_ok() => "text/csv; charset=utf-8",
        "txt" if std::str::from_utf8(bytes).is_ok() => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    ContentType::parse(kind).expect("the types are written above")
}
