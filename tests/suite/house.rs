//! The house: each layer uses only the layers below it, none its neighbours, and no files of a room import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};

/// From the lowest to the highest; rooms of one line are neighbours.
const LAYERS: &[&[&str]] = &[
    &["diagnostic", "consent", "text", "date"],
    &["records", "annexes"],
    &["organisation", "directory"],
    &["case"],
    &["fitness"],
    &["letter"],
    &["writers"],
    &["mail"],
    &["app"],
    &["cli"],
    &["main", "lib"],
];

fn layer(room: &str) -> usize {
    LAYERS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("{room} has no layer"))
}

fn sources(folder: &Path, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("src can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("it lies in src");
            out.push((below.to_string_lossy().into_owned(), fs::read_to_string(&path).expect("a source can be read")));
        }
    }
}

pub(crate) fn all() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

fn room_of(file: &str) -> &str {
    file.split(['/', '.']).next().expect("a file has a name")
}

/// A source without its tests and comments.
fn code_of(source: &str) -> String {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that a source names as `crate::room`, its tests and comments aside.
fn used(source: &str) -> Vec<String> {
    let code = code_of(source);
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + 7..];
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let is_macro = rest[word.len()..].starts_with('!');
        if !word.is_empty() && !is_macro {
            rooms.push(word);
        }
    }
    rooms
}

#[test]
fn no_room_looks_upward_or_sideways() {
    let mut faults = Vec::new();
    for (file, source) in all() {
        let room = room_of(&file);
        if matches!(room, "main" | "lib") {
            continue;
        }
        for other in used(&source) {
            if other != room && layer(&other) >= layer(room) {
                faults.push(format!("{file} uses {other}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn only_one_room_knows_each_engine() {
    let owners: [(&str, &[&str]); 9] = [
        ("handlebars", &["letter/template/"]),
        ("pulldown_cmark", &["letter/template/"]),
        ("lettre", &["mail/"]),
        ("rusqlite", &["mail/ledger/"]),
        ("std::net", &["mail/"]),
        ("clap", &["cli/"]),
        ("anyhow", &["cli/"]),
        // The ledger and a rehearsal's mailbox are files.
        ("std::fs", &["app/", "cli/", "mail/ledger/", "mail/maildir"]),
        ("std::env", &["app/", "cli/"]),
    ];
    let mut faults = Vec::new();
    for (file, source) in all() {
        let code = code_of(&source);
        for (engine, rooms) in owners {
            let named = code.contains(&format!("use {engine}")) || code.contains(&format!("{engine}::"));
            if named && !rooms.iter().any(|room| file.starts_with(room)) {
                faults.push(format!("{file} uses {engine}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_file_is_a_junk_room() {
    for (file, source) in all() {
        assert!(source.starts_with("//!"), "{file} does not say what it is for");
        let code = code_of(&source);
        for word in ["use super::*", "mod util", "mod prelude", "mod helper;"] {
            assert!(!code.contains(word), "{file} has {word}");
        }
    }
}

/// Circles that are still there, by the files in them. One that is gone is struck from this list.
const OPEN_CIRCLES: &[&[&str]] = &[];

/// Names of long ago that are still there. One that is gone is struck from this list.
const OPEN_NAMES: &[&str] = &[];

/// Names of types, functions and constants that are called otherwise now.
const OLD_NAMES: &[&str] = &[
    "Shelf",
    "Tongue",
    "Cast",
    "Shown",
    "Scene",
    "Order",
    "Press",
    "House",
    "Stationery",
    "Watch",
    "Bearer",
    "Datum",
    "HOLE",
    "Gap",
    "Trouble",
    "Misuse",
    "Ending",
    "Wish",
    "Fate",
    "Tray",
    "Sum",
    "Known",
    "Said",
    "Desk",
];

/// Names of files and modules that are called otherwise now.
const OLD_FILES: &[&str] = &[
    "shelf",
    "tongue",
    "cast",
    "scene",
    "frame",
    "press",
    "house",
    "post",
    "whom",
    "kept",
    "sample",
    "desk",
    "twin",
    "foreign",
    "mend",
    "unclosed",
    "explain",
    "stretches",
    "tray",
    "trouble",
    "misuse",
];

/// A source, read without what only its tests use.
struct Module {
    file: String,
    /// Where it stands among the modules.
    path: Vec<String>,
    /// What is written in it, and the modules below it.
    items: BTreeSet<String>,
    children: BTreeSet<String>,
    /// What it calls by a short name, and the whole path of it; what it takes all of.
    aliases: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    /// Every path that its code names. A re-export is a door and no import.
    used: Vec<Vec<String>>,
    /// The names of all that is made in it.
    names: Vec<String>,
}

impl Module {
    fn read(file: &str, source: &str) -> Self {
        let mut path: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if path.last().is_some_and(|last| last == "mod" || last == "lib") {
            path.pop();
        }
        let mut module = Self {
            file: file.to_owned(),
            path,
            items: BTreeSet::new(),
            children: BTreeSet::new(),
            aliases: BTreeMap::new(),
            globs: Vec::new(),
            used: Vec::new(),
            names: Vec::new(),
        };
        let parsed = syn::parse_file(source).expect("a source of this program parses");
        for item in parsed.items.iter().filter(|item| !is_test(attributes(item))) {
            match item {
                syn::Item::Mod(child) if child.content.is_none() => module.children.insert(child.ident.to_string()),
                other => name_of(other).is_some_and(|name| module.items.insert(name)),
            };
        }
        module.visit_file(&parsed);
        module
    }

    /// What a `use` calls by which name; one without a visibility is an import.
    fn import(&mut self, before: &[String], tree: &syn::UseTree, is_import: bool) {
        let longer = |word: &syn::Ident| [before, &[word.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.import(&longer(&path.ident), &path.tree, is_import),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(before, tree, is_import)),
            syn::UseTree::Glob(_) => {
                self.globs.push(before.to_vec());
                self.used.extend(is_import.then(|| [before, &["*".to_owned()]].concat()));
            }
            syn::UseTree::Name(name) if name.ident == "self" => self.alias(before.last().cloned().unwrap_or_default(), before.to_vec(), is_import),
            syn::UseTree::Name(name) => self.alias(name.ident.to_string(), longer(&name.ident), is_import),
            syn::UseTree::Rename(name) => self.alias(name.rename.to_string(), longer(&name.ident), is_import),
        }
    }

    fn alias(&mut self, name: String, path: Vec<String>, is_import: bool) {
        self.used.extend(is_import.then(|| path.clone()));
        self.aliases.insert(name, path);
    }
}

impl<'s> Visit<'s> for Module {
    fn visit_item(&mut self, item: &'s syn::Item) {
        if is_test(attributes(item)) {
            return;
        }
        self.names.extend(name_of(item));
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'s syn::ImplItemFn) {
        if !is_test(&function.attrs) {
            self.names.push(function.sig.ident.to_string());
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'s syn::ItemUse) {
        self.import(&[], &item.tree, matches!(item.vis, syn::Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'s syn::Path) {
        self.used.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// What stands in a macro is no syntax yet; its paths can be seen all the same.
    fn visit_macro(&mut self, call: &'s syn::Macro) {
        let tokens = call.tokens.to_string().replace(" :: ", "::").replace(":: ", "::").replace(" ::", "::");
        let words = tokens.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').filter(|word| word.contains("::"));
        self.used.extend(words.map(|word| word.split("::").map(str::to_owned).collect()));
    }

    fn visit_visibility(&mut self, _: &'s syn::Visibility) {}

    fn visit_attribute(&mut self, _: &'s syn::Attribute) {}
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().filter_map(|a| a.meta.require_list().ok()).any(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
}

fn name_of(item: &syn::Item) -> Option<String> {
    let name = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Mod(item) => &item.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// All modules of the program by their paths, tests aside.
struct House(BTreeMap<Vec<String>, Module>);

impl House {
    fn read() -> Self {
        let modules: Vec<Module> = all().iter().filter(|(file, _)| file != "main.rs").map(|(file, source)| Module::read(file, source)).collect();
        let mut house = Self(modules.into_iter().map(|module| (module.path.clone(), module)).collect());
        // A file that only tests declare is no part of the program.
        while let Some(path) = house.0.keys().find(|path| !house.is_declared(path)).cloned() {
            house.0.remove(&path);
        }
        house
    }

    fn is_declared(&self, path: &[String]) -> bool {
        path.split_last().is_none_or(|(name, parent)| self.0.get(parent).is_some_and(|module| module.children.contains(name)))
    }

    /// The file in which that lives which a module names so, through all doors; nothing for a module alone, and for other crates.
    fn home(&self, from: &[String], path: &[String], depth: usize) -> Option<&str> {
        let module = self.0.get(from)?;
        let (first, rest) = path.split_first()?;
        if depth > 20 {
            return None;
        }
        match first.as_str() {
            "crate" => return self.home(&[], rest, depth + 1),
            "super" => return self.home(from.split_last()?.1, rest, depth + 1),
            "self" => return self.home(from, rest, depth + 1),
            "*" => return Some(&module.file),
            _ => {}
        }
        if module.children.contains(first) {
            return self.home(&[from, std::slice::from_ref(first)].concat(), rest, depth + 1);
        }
        if module.items.contains(first) {
            return Some(&module.file);
        }
        if let Some(whole) = module.aliases.get(first).filter(|whole| whole.first() != Some(first)) {
            return self.home(from, &[whole, rest].concat(), depth + 1);
        }
        module.globs.iter().find_map(|glob| self.home(from, &[glob, path].concat(), depth + 1))
    }

    /// Which files a file imports, and by which path.
    fn imports(&self) -> BTreeMap<&str, BTreeMap<&str, String>> {
        let mut imports: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        for module in self.0.values() {
            let found = imports.entry(&module.file).or_default();
            for path in &module.used {
                if let Some(home) = self.home(&module.path, path, 0).filter(|home| *home != module.file) {
                    found.entry(home).or_insert_with(|| path.join("::"));
                }
            }
        }
        imports
    }
}

/// All files that can be come to from one, by its imports.
fn reach<'h>(imports: &BTreeMap<&'h str, BTreeMap<&'h str, String>>, from: &'h str) -> BTreeSet<&'h str> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        next.extend(imports[file].keys().copied().filter(|other| found.insert(*other)));
    }
    found
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let house = House::read();
    let imports = house.imports();
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports.keys().map(|file| (*file, reach(&imports, file))).collect();
    let circles: BTreeSet<Vec<&str>> = reached
        .iter()
        .map(|(file, others)| others.iter().copied().filter(|other| reached[other].contains(file)).collect::<Vec<_>>())
        .filter(|circle| !circle.is_empty())
        .collect();
    let is_in = |circle: &[&str], known: &[&str]| circle.iter().all(|file| known.contains(file));
    let mut faults = String::new();
    for circle in circles.iter().filter(|circle| !OPEN_CIRCLES.iter().any(|known| is_in(circle, known))) {
        faults.push_str(&format!("a circle of {} files: {circle:?}\n", circle.len()));
        for file in circle {
            let inside = imports[file].iter().filter(|(other, _)| circle.contains(other));
            inside.for_each(|(other, path)| faults.push_str(&format!("    {file} -> {other} ({path})\n")));
        }
    }
    for known in OPEN_CIRCLES.iter().filter(|known| !circles.iter().any(|circle| is_in(circle, known))) {
        faults.push_str(&format!("this circle is gone and can be struck from the list: {known:?}\n"));
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn no_name_of_long_ago_is_left() {
    let mut left: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for module in House::read().0.into_values() {
        let names = OLD_NAMES.iter().filter(|old| module.names.iter().any(|name| name == *old));
        let files = OLD_FILES.iter().filter(|old| module.path.iter().chain(&module.children).any(|name| name == *old));
        names.chain(files).for_each(|old| left.entry(old).or_default().push(module.file.clone()));
    }
    let found: Vec<&str> = left.keys().copied().collect();
    let mut open = OPEN_NAMES.to_vec();
    open.sort_unstable();
    assert_eq!(found, open, "where they are: {left:#?}");
}

#[test]
fn no_file_points_outside_the_repository() {
    let needles = [["design", " §"].concat(), ["libraries", ".md"].concat(), ["page", ".md"].concat()];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")];
    let mut faults = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                faults.extend(needles.iter().filter(|needle| text.contains(*needle)).map(|needle| format!("{} has {needle}", path.display())));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
