//! Who writes and to whom: public matter, the same for every reader.

use super::{Table, View};
use crate::diagnostic::Diagnostic;
use crate::letter::words::Addressed;
use std::borrow::Cow;

impl<'a> View<'a> {
    pub(super) fn organisation(&mut self) -> Table<'a> {
        let organisation = self.cx.organisation;
        let words = self.words();
        let mut t = Table::default();
        let name = self.literally(&organisation.name, || "organisation.name".into());
        t.put_some("name", name);
        t.put_some("acronym", organisation.acronym.as_deref());
        let about = organisation.about.as_ref().and_then(|about| self.literally(about, || "organisation.about".into()));
        t.put_some("about", about);
        let place = organisation.place.as_ref().and_then(|place| self.literally(place, || "organisation.place".into()));
        t.put_some("place", place);
        t.put_some("phone", organisation.phone.as_deref());
        t.put_some("website", organisation.website.as_deref());
        t.put("email", organisation.email.as_str());
        let members = organisation.members.iter().map(|m| {
            let mut member = Table::default();
            member.put("name", m.name.as_str());
            member.put_some("country", m.country.as_ref().map(|c| words.country(c)));
            member
        });
        t.tables("members", members.collect());
        let mut signatories = Vec::new();
        for (name, role, _) in self.signers() {
            let mut s = Table::default();
            s.put("name", name);
            s.put_some("role", role);
            signatories.push(s);
        }
        t.tables("signatories", signatories);
        t
    }

    /// Who signs: name, role, both with marks, and the path of the signature.
    pub(in crate::letter) fn signers(&mut self) -> Vec<(String, Option<String>, Option<String>)> {
        let case = self.cx.case;
        let organisation = self.cx.organisation;
        let mut signers = Vec::new();
        for s in organisation.signatories.iter().filter(|s| case.signed_by.is_empty() || case.signed_by.contains(&s.id)) {
            let role = s.role.as_ref().and_then(|role| self.literally(role, || format!("organisation.signatories.{}.role", s.id)));
            signers.push((s.name.clone(), role.map(str::to_owned), s.signature.clone()));
        }
        for (n, s) in case.co_signers.iter().enumerate() {
            let role = self.maybe(s.role.as_ref(), || format!("co-signers.{}.role", n + 1));
            let country = s.country.as_ref().map(|c| self.words().country(c).to_owned());
            let role = [role.map(Cow::into_owned), country].into_iter().flatten().collect::<Vec<_>>();
            signers.push((self.marked(&s.name).into_owned(), (!role.is_empty()).then(|| role.join(", ")), None));
        }
        signers
    }

    pub(super) fn recipients(&mut self, addressed: &[Addressed<'_>]) -> Vec<Table<'a>> {
        let words = self.words();
        let language = &self.cx.pack.language;
        let mut list = Vec::new();
        for to in addressed {
            let mut t = Table::default();
            t.put("key", to.mandate.key.clone());
            t.put_some("name", to.holder.map(|h| h.name.clone()));
            let title = words.title(*to, language);
            if title.is_none() {
                let mut at = to.mandate.location.clone();
                if let Some(at) = &mut at {
                    at.column = 1;
                }
                self.problems.push(
                    Diagnostic::error(say!("the directory has no title of `{key}` in {language}", key = to.mandate.key, language = words.name))
                        .at(at)
                        .about(format!("{}.title", to.mandate.key))
                        .hint(say!("write [{key}] title.{code} = \"…\" in the workspace's recipients.toml", key = to.mandate.key, code = language)),
                );
            }
            t.put_some("title", title);
            t.put("short", words.short_form(*to, language));
            t.put("kind", to.mandate.kind.word());
            list.push(t);
        }
        list
    }
}
