//! Names that generated crates have already are not given to what a description calls so.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, Generated, generate};
use syn::{Item, Visibility};
use tests::accepted;

/// The folders, or files, of the sides; and what has methods of its own there.
const SIDES: [(&str, &str); 4] = [
    ("src/client", "Client"),
    ("src/server", "Gate"),
    ("src/webhooks/sender", "Sender"),
    ("src/webhooks/receiver", "Receiver"),
];

/// The items of a crate's files below a place.
fn items(generated: &Generated, place: &str) -> Vec<Item> {
    let files = generated.files.iter().filter(|file| file.path.starts_with(place) && file.path.ends_with(".rs"));
    files.flat_map(|file| syn::parse_file(&file.text).unwrap().items).collect()
}

/// What can be used from a module by its name, the traits of tags aside.
fn offered(items: &[Item]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in items {
        match item {
            Item::Use(it) if matches!(it.vis, Visibility::Public(_)) => leaves(&it.tree, &mut names),
            Item::Struct(it) => drop(names.insert(it.ident.to_string())),
            Item::Enum(it) => drop(names.insert(it.ident.to_string())),
            Item::Trait(it) if it.ident == "Gate" => drop(names.insert(it.ident.to_string())),
            _ => {}
        }
    }
    names
}

fn leaves(tree: &syn::UseTree, names: &mut BTreeSet<String>) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, names),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        syn::UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        syn::UseTree::Rename(_) | syn::UseTree::Glob(_) => {}
    }
}

/// The methods of traits that `is_such`.
fn trait_methods(items: &[Item], is_such: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let traits = items.iter().filter_map(|item| if let Item::Trait(it) = item { Some(it) } else { None });
    let items = traits.filter(|it| is_such(&it.ident.to_string())).flat_map(|it| &it.items);
    items
        .filter_map(|item| if let syn::TraitItem::Fn(it) = item { Some(it.sig.ident.to_string()) } else { None })
        .collect()
}

/// The public methods of a type.
fn inherent_methods(items: &[Item], ty: &str) -> BTreeSet<String> {
    let is_of = |it: &&syn::ItemImpl| {
        let name = if let syn::Type::Path(path) = &*it.self_ty { path.path.segments.last() } else { None };
        it.trait_.is_none() && name.is_some_and(|segment| segment.ident == ty)
    };
    let impls = items.iter().filter_map(|item| if let Item::Impl(it) = item { Some(it) } else { None });
    let functions = impls.filter(is_of).flat_map(|it| &it.items);
    let functions = functions.filter_map(|item| if let syn::ImplItem::Fn(it) = item { Some(it) } else { None });
    functions.filter(|it| matches!(it.vis, Visibility::Public(_))).map(|it| it.sig.ident.to_string()).collect()
}

/// What a crate has of a side: names, and methods that hide those of traits.
fn taken(generated: &Generated, side: &str, ty: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let own = items(generated, side);
    let mut methods = inherent_methods(&items(generated, "src/support"), ty);
    methods.extend(inherent_methods(&own, ty));
    methods.extend(trait_methods(&own, |name| name == ty));
    // A receiver has a method for each webhook, called like the handler's.
    let operations = trait_methods(&own, |name| name != ty);
    methods.retain(|name| !operations.contains(name));
    (offered(&own), methods)
}

/// What the generator makes of a description with a tag, an operation and a webhook of each name.
fn with_names(names: &BTreeSet<String>) -> Generated {
    let mut text = "openapi: 3.1.0\ninfo: { title: Names, version: '1' }\npaths:\n".to_owned();
    let operation =
        |name: &str| format!("tags: ['{name}'], operationId: '{name}', responses: {{ '204': {{ description: x }} }}");
    for (index, name) in names.iter().enumerate() {
        writeln!(text, "  /p{index}: {{ get: {{ {} }} }}", operation(name)).unwrap();
    }
    writeln!(text, "webhooks:").unwrap();
    for name in names {
        writeln!(text, "  {name}: {{ post: {{ responses: {{ '204': {{ description: x }} }} }} }}").unwrap();
    }
    generate(Description::new("names.yaml", text.as_bytes()), &Settings::default()).unwrap()
}

#[test]
fn tags_and_operations_have_names_of_their_own() {
    let crates: Vec<Generated> = accepted().iter().map(|fixture| fixture.generated()).collect();
    for (side, ty) in SIDES {
        let (mut names, mut methods) = (BTreeSet::new(), BTreeSet::new());
        for generated in &crates {
            let (more_names, more_methods) = taken(generated, side, ty);
            names.extend(more_names);
            methods.extend(more_methods);
        }
        // The enums of servers' variables are named after those, and give way to traits.
        names.retain(|name| name == "Server" || !name.starts_with("Server"));
        assert!(names.contains("Operation") && !methods.is_empty(), "{side}: {names:?} {methods:?}");

        let items = items(&with_names(&names.union(&methods).cloned().collect()), side);
        let traits =
            items.iter().filter_map(|item| if let Item::Trait(it) = item { Some(it.ident.to_string()) } else { None });
        let hidden: Vec<String> = traits.filter(|name| name != "Gate" && names.contains(name)).collect();
        assert!(hidden.is_empty(), "{side}: what stands there hides the traits {hidden:?}");
        let operations = trait_methods(&items, |name| name != "Gate");
        let hidden: Vec<&String> = operations.intersection(&methods).collect();
        assert!(hidden.is_empty(), "{side}: the methods of `{ty}` hide the operations {hidden:?}");
    }
}

#[test]
fn no_crate_is_called_like_one_of_its_dependencies() {
    let mut names = BTreeSet::new();
    for fixture in accepted() {
        let own = Settings::parse("codegen.toml", &fixture.settings).dependencies;
        let generated = fixture.generated();
        let manifest = generated.files.iter().find(|file| file.path == "Cargo.toml").unwrap();
        let manifest: toml::Table = manifest.text.parse().unwrap();
        let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
        let tables = targets.filter_map(|target| target.get("dependencies")).chain(manifest.get("dependencies"));
        let listed = tables.filter_map(toml::Value::as_table).flat_map(toml::Table::keys).cloned();
        names.extend(listed.filter(|name| !own.contains_key(name)));
    }
    assert!(names.contains("reqwest") && names.contains("bytes"), "{names:?}");
    for name in names {
        let settings = Settings { crate_name: Some(name.clone()), ..Settings::default() };
        let text = b"openapi: 3.1.0\ninfo: { title: x, version: '1' }\npaths: {}\n";
        let refused = generate(Description::new("openapi.yaml", text), &settings).unwrap_err();
        assert!(refused.iter().any(|it| it.code == "invalid-name"), "`{name}`: {refused:?}");
    }
}
