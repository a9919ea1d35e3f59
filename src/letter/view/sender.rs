//! Who writes and to whom: public matter, the same for every reader.

use super::{Table, View, put};
use crate::diagnostic::Diagnostic;
use crate::letter::words::Addressed;
use serde_json::Value as Json;

impl View<'_> {
    pub(super) fn organisation(&mut self) -> Table {
        let organisation = self.scene.organisation;
        let words = self.words();
        let mut t = Table::new();
        let name = self.need(&organisation.name, || "organisation.name".into());
        put(&mut t, "name", name);
        put(&mut t, "acronym", organisation.acronym.clone());
        let about = self.maybe(organisation.about.as_ref(), || "organisation.about".into());
        put(&mut t, "about", about);
        let place = self.maybe(organisation.place.as_ref(), || "organisation.place".into());
        put(&mut t, "place", place);
        put(&mut t, "phone", organisation.phone.clone());
        put(&mut t, "website", organisation.website.clone());
        put(&mut t, "email", organisation.email.clone());
        let members = organisation.members.iter().map(|m| {
            let mut member = Table::new();
            put(&mut member, "name", m.name.clone());
            put(&mut member, "country", m.country.as_ref().map(|c| words.country(c).to_owned()));
            Json::Object(member)
        });
        t.insert("members".into(), Json::Array(members.collect()));
        let mut signatories = Vec::new();
        for (name, role, _) in self.signers() {
            let mut s = Table::new();
            put(&mut s, "name", name);
            put(&mut s, "role", role);
            signatories.push(Json::Object(s));
        }
        t.insert("signatories".into(), Json::Array(signatories));
        t
    }

    /// Who signs: name, role, and the path of the signature.
    pub(in crate::letter) fn signers(&mut self) -> Vec<(String, Option<String>, Option<String>)> {
        let case = self.scene.case;
        let organisation = self.scene.organisation;
        let mut signers = Vec::new();
        for s in organisation.signatories.iter().filter(|s| case.signed_by.is_empty() || case.signed_by.contains(&s.id)) {
            let role = self.maybe(s.role.as_ref(), || format!("organisation.signatories.{}.role", s.id));
            signers.push((s.name.clone(), role, s.signature.clone()));
        }
        for (n, s) in case.co_signers.iter().enumerate() {
            let role = self.maybe(s.role.as_ref(), || format!("co-signers.{}.role", n + 1));
            let country = s.country.as_ref().map(|c| self.words().country(c).to_owned());
            let role = [role, country].into_iter().flatten().collect::<Vec<_>>();
            signers.push((s.name.clone(), (!role.is_empty()).then(|| role.join(", ")), None));
        }
        signers
    }

    pub(super) fn recipients(&mut self, addressed: &[Addressed<'_>]) -> Vec<Json> {
        let words = self.words();
        let language = &self.scene.tongue.language;
        let mut list = Vec::new();
        for to in addressed {
            let mut t = Table::new();
            put(&mut t, "key", to.mandate.key.clone());
            put(&mut t, "name", to.holder.map(|h| h.name.clone()));
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
            put(&mut t, "title", title);
            put(&mut t, "short", words.short_form(*to, language));
            put(&mut t, "kind", to.mandate.kind.word().to_owned());
            list.push(Json::Object(t));
        }
        list
    }
}
