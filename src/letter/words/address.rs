//! Forms of address: titles, salutations, closings.
//!
//! In: the recipients of a letter and its date. Out: how they are addressed. Sources of the forms: `words.toml`, written
//! after the usage of the Office of the High Commissioner and of published letters.

use super::pattern::fill;
use super::tables::Words;
use crate::directory::{Gender, Holder, Kind, Mandate};
use crate::text::Language;
use chrono::NaiveDate;

/// Whom a letter addresses: the mandate and, where the directory is sure, its holder.
#[derive(Clone, Copy)]
pub struct Addressed<'a> {
    /// The mandate.
    pub mandate: &'a Mandate,
    /// Its holder on the letter's date.
    pub holder: Option<&'a Holder>,
}

impl<'a> Addressed<'a> {
    /// This mandate on this day.
    #[must_use]
    pub fn on(mandate: &'a Mandate, day: NaiveDate) -> Self {
        Self { mandate, holder: mandate.holder_on(day) }
    }
}

impl Words {
    /// The full title: of the woman or the man who holds the mandate, or of the office. None if the directory has no
    /// title in this language.
    #[must_use]
    pub fn title(&self, to: Addressed<'_>, language: &Language) -> Option<String> {
        let title = to.mandate.title(language)?;
        let gender = to.holder.and_then(|h| h.gender);
        let own = match gender {
            Some(Gender::F) => title.f.as_ref(),
            Some(Gender::M) => title.m.as_ref(),
            _ => None,
        };
        if let Some(own) = own {
            return Some(own.clone());
        }
        let Some(role) = self.roles.get(to.mandate.kind.word()) else { return Some(title.any.clone()) };
        let form = match (to.holder, gender) {
            (None, _) => &role.office,
            (Some(_), Some(Gender::F)) => &role.f,
            (Some(_), Some(Gender::M)) => &role.m,
            (Some(_), _) => &role.standing,
        };
        let changed = title.any.strip_prefix(role.standing.as_str()).map(|rest| format!("{form}{rest}"));
        Some(changed.unwrap_or_else(|| title.any.clone()))
    }

    /// The lines of an addressee's block; the first is the name, where there is one.
    #[must_use]
    pub fn block(&self, to: Addressed<'_>, language: &Language) -> Option<(Option<String>, Vec<String>)> {
        let mut lines = vec![self.title(to, language)?];
        if to.mandate.kind != Kind::Office && to.mandate.kind.audience() == crate::consent::Audience::Mandate {
            lines.extend(self.addressee.un.iter().cloned());
        }
        lines.extend(to.mandate.postal.iter().cloned());
        let name = to.holder.map(|h| match self.honorific(h) {
            Some(honorific) => format!("{honorific} {}", h.name),
            None => h.name.clone(),
        });
        Some((name, lines))
    }

    fn honorific(&self, holder: &Holder) -> Option<&str> {
        let table = match holder.gender? {
            Gender::F => self.honorifics.get("f")?,
            Gender::M => self.honorifics.get("m")?,
            Gender::X => return None,
        };
        holder.honorific.as_ref().and_then(|h| table.get(h)).or_else(|| table.get("default")).map(String::as_str)
    }

    /// The salutation.
    #[must_use]
    pub fn salutation(&self, to: &[Addressed<'_>], language: &Language) -> String {
        let [to] = to else { return self.salutations.joint.clone() };
        if let Some(own) = to.mandate.salutation.as_ref().and_then(|s| s.get(language)) {
            return own.clone();
        }
        let forms = self.salutations.by_kind.get(to.mandate.kind.word()).or_else(|| self.salutations.by_kind.get("other"));
        let Some(forms) = forms else { return self.salutations.joint.clone() };
        let Some(holder) = to.holder else { return forms.office.clone() };
        let honorific = self.honorific(holder);
        let pattern = match holder.gender {
            Some(Gender::F) => &forms.f,
            Some(Gender::M) => &forms.m,
            _ => &forms.named,
        };
        let pattern = if pattern.contains("{honorific}") && honorific.is_none() { &forms.named } else { pattern };
        fill(pattern, &[("honorific", honorific.unwrap_or_default()), ("family", holder.family_name()), ("name", &holder.name)])
    }

    /// The closing, which agrees with the salutation (by name or not) and with the number of signers.
    #[must_use]
    pub fn closing(&self, to: &[Addressed<'_>], signers: usize, language: &Language) -> String {
        let own = match to {
            [to] => to.mandate.closing.as_ref().and_then(|c| c.get(language)),
            _ => None,
        };
        let salutation = self.salutation(to, language);
        let says_name = |holder: &Holder| salutation.contains(holder.family_name());
        let forms = match to {
            [to] if to.holder.is_some_and(says_name) => &self.closings.named,
            [_] => &self.closings.office,
            _ => &self.closings.joint,
        };
        let pattern = own.unwrap_or(if signers == 1 { &forms.one } else { &forms.many });
        let bare = salutation.trim_end_matches([',', ':', '،', ' ', '\u{a0}']);
        fill(pattern, &[("salutation", bare)])
    }

    /// The short form of a mandate for a subject; its title where the language has no short form.
    #[must_use]
    pub fn short_form(&self, to: Addressed<'_>, language: &Language) -> String {
        let short = self.mandates.get(&to.mandate.key).cloned();
        short.or_else(|| to.mandate.title(language).map(|t| t.any.clone())).unwrap_or_else(|| to.mandate.key.clone())
    }
}
