//! Who signs and writes: `organisation.toml`.
//!
//! In: its record. Out: an [`Organisation`]. What it says of itself is public; whether mandates are asked to keep it
//! confidential is [`SourceStatus`].

use crate::diagnostic::Diagnostics;
use crate::records::{Fields, Log, Record, Shape};
use crate::text::{Language, Localized, is_country, is_email, is_web_address};

/// The sender.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: Localized,
    /// Its acronym.
    pub acronym: Option<String>,
    /// What it is, as a phrase that can follow the name.
    pub about: Option<Localized>,
    /// The lines of its postal address.
    pub address: Vec<String>,
    /// Where it writes from, printed with the date.
    pub place: Option<Localized>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// E-mail address.
    pub email: String,
    /// The languages of the workspace; the first is the default.
    pub languages: Vec<Language>,
    /// The logo's file, inside the workspace.
    pub logo: Option<String>,
    /// The paper it prints on.
    pub paper: Paper,
    /// Whether mandates are asked to keep the sender confidential.
    pub source: SourceStatus,
    /// Who signs.
    pub signatories: Vec<Signatory>,
    /// The organisations it is made of.
    pub members: Vec<Member>,
    /// How its letters go by e-mail.
    pub mail: Mail,
}

/// The paper a letter is printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

/// Whether the sender may be named outside the mandates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceStatus {
    /// It stays confidential: mandates are asked so, and no copy for others is cleared.
    #[default]
    Confidential,
    /// It stands by its name.
    Open,
}

/// The words of `source`.
pub const SOURCES: &[(&str, SourceStatus)] = &[("confidential", SourceStatus::Confidential), ("open", SourceStatus::Open)];

/// A person or body that signs.
#[derive(Clone, Debug)]
pub struct Signatory {
    /// The id that `signed-by` names.
    pub id: String,
    /// The name.
    pub name: String,
    /// The office held.
    pub role: Option<Localized>,
    /// The picture of the signature, inside the workspace.
    pub signature: Option<String>,
}

/// A member organisation, or a co-signer.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// `[mail]`: how the letters go by e-mail.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// The sender's mailbox; by default name and email.
    pub from: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// What stands in the message itself.
    pub body: MailBody,
    /// The only addresses that `--test-to` may name.
    pub test_addresses: Vec<String>,
}

/// What stands in the message itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailBody {
    /// A few lines without names; the letter is attached.
    #[default]
    Cover,
    /// The letter.
    Letter,
}

impl Organisation {
    /// Understands `organisation.toml`.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn parse(record: &Record) -> (Option<Self>, Diagnostics) {
        let (value, problems) = Log::read(record, Self::shape, read);
        // Where the file's own mistakes took the languages away, the reader of the file has said so.
        (value.filter(|o| !problems.has_errors() && !o.languages.is_empty()), problems)
    }

    /// What the file may contain.
    #[must_use]
    pub fn shape() -> Shape {
        Log::shape(read)
    }
}

fn read(f: &mut Fields<'_, '_>) -> Option<Organisation> {
    let owned = |t: &str| Some(t.to_owned());
    let languages = f.must().list("languages", "the languages of the letters; the first is the default", "a language code such as \"es\"", Language::parse);
    if let Some(first) = languages.first() {
        f.speak(first.clone());
    }
    let name = f.must().proper_name("name", "the organisation's name");
    let email_form = "an e-mail address";
    f.check_ids(&["signatories"], &say!("give each its own"));
    Some(Organisation {
        acronym: f.line("acronym", "its acronym"),
        about: f.localized("about", "what it is, as a phrase that can follow the name"),
        address: f.lines("address", "the lines of its postal address"),
        place: f.proper_name("place", "where it writes from, printed with the date"),
        phone: f.line("phone", "telephone"),
        website: f.line_as("website", "web site", "a web address that begins with https://", |t| is_web_address(t).then(|| t.to_owned())),
        email: f.must().line_as("email", "e-mail address", email_form, |t| is_email(t).then(|| t.to_owned())).unwrap_or_default(),
        languages,
        logo: f.line_as("logo", "the logo's file inside the workspace: PNG, JPEG or SVG", "a path such as \"logo.png\"", owned),
        paper: f.choice("paper", "the paper", &[("a4", Paper::A4), ("letter", Paper::Letter)]).unwrap_or_default(),
        source: f.choice("source", "whether mandates are asked to keep the sender confidential", SOURCES).unwrap_or_default(),
        signatories: f.must().tables("signatories", "who signs", signatory),
        members: f.tables("members", "the organisations it is made of", member),
        mail: f.table("mail", "how the letters go by e-mail", mail).unwrap_or_default(),
        // Once every key has been asked for: the schema is what was asked, and mistakes come all at once.
        name: name?,
    })
}

fn signatory(f: &mut Fields<'_, '_>) -> Option<Signatory> {
    let id = f.must().id("id", "a short id, for signed-by");
    let name = f.must().line("name", "the name");
    let role = f.localized("role", "the office held");
    let signature = f.line("signature", "the picture of the signature, inside the workspace");
    Some(Signatory { id: id?, name: name?, role, signature })
}

/// Reads a member organisation or a co-signer.
pub fn member(f: &mut Fields<'_, '_>) -> Option<Member> {
    let name = f.must().line("name", "the name");
    let country = f.line_as("country", "ISO 3166-1 alpha-2", "a country code such as \"MX\"", |t| is_country(t).then(|| t.to_owned()));
    Some(Member { name: name?, country })
}

fn mail(f: &mut Fields<'_, '_>) -> Mail {
    let address = |t: &str| (is_email(t) || t.split_once('<').is_some_and(|(_, a)| a.strip_suffix('>').is_some_and(is_email))).then(|| t.to_owned());
    let form = "an e-mail address, with or without a name: \"Name <name@example.org>\"";
    Mail {
        from: f.line_as("from", "the sender's mailbox", form, address),
        reply_to: f.line_as("reply-to", "where answers go", form, address),
        body: f.choice("body", "what stands in the message itself", &[("cover", MailBody::Cover), ("letter", MailBody::Letter)]).unwrap_or_default(),
        test_addresses: f.list("test-addresses", "the only addresses that --test-to may name", "an e-mail address", |t| is_email(t).then(|| t.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::Organisation;
    use crate::records::read_toml;

    #[test]
    fn an_organisation_whose_languages_cannot_be_read_is_none() {
        let text = "name = \"A\"\nlanguages = [\"en&, \"es\"]\nemail = \"a@example.org\"\n[[signatories]]\nid = \"a\"\nname = \"A\"\n";
        let (record, problems) = read_toml(text.as_bytes(), &"organisation.toml".into());
        assert!(problems.has_errors());
        assert!(record.is_none_or(|record| Organisation::parse(&record).0.is_none()));
    }
}
