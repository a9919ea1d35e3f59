//! Who agreed to what, and who may therefore read which name.
//!
//! In: names with the consent of their owners. Out: what one reader may see of them. This room is the only one that opens
//! a [`Confidential`]; nothing in it is ever printed by `Debug`, and no consent has a default: not recorded is not yes.
//!
//! A name comes out only through [`Confidential::disclose`]:
//!
//! ```
//! use appeal::consent::{Audience, Confidential, Name, Reader};
//! let name = Confidential::new(Name::of("María Ejemplo"), None);
//! let reader = Reader { audience: Audience::Mandate, recipients: &[] };
//! assert!(name.disclose(reader).is_none());
//! ```
//!
//! ```compile_fail,E0616
//! use appeal::consent::{Confidential, Name};
//! let name = Confidential::new(Name::of("María Ejemplo"), None);
//! println!("{}", name.value.full);
//! ```

mod confidential;
mod fold;
mod name_index;
mod name_matcher;
mod names;

pub use confidential::{Audience, Confidential, Consent, Disclosure, GivenBy, Reader, Refusal, disclosure, refusal};
pub use fold::fold;
pub use name_index::Seen;
pub use name_matcher::{NameMatcher, NameOwner};
pub use names::Name;
