//! Pass: reports components that are nothing but a reference to themselves, by way of `$ref` and `allOf` alone.
//!
//! A schema that contains itself by way of properties, items or union members is fine; that is recursion.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Object, escape};

/// Looks at every section of `components`.
pub(super) fn reference_cycles(tree: &Node, diagnostics: &mut Diagnostics) {
    let sections = tree.get("components").and_then(Node::as_object);
    for (section, components) in sections.into_iter().flatten() {
        if let Some(components) = components.as_object() {
            section_cycles(section, components, diagnostics);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Open,
    Done,
}

fn section_cycles(section: &str, components: &Object, diagnostics: &mut Diagnostics) {
    let prefix = format!("#/components/{section}/");
    let mut marks: HashMap<&str, Mark> = HashMap::new();
    for start in components.keys() {
        // Depth first with a stack of its own: a chain of references may be as long as the document.
        let mut stack = vec![(start.as_str(), false)];
        while let Some((name, is_left)) = stack.pop() {
            if is_left {
                marks.insert(name, Mark::Done);
                continue;
            }
            match marks.get(name) {
                Some(Mark::Done) => continue,
                Some(Mark::Open) => {
                    let message = format!("`{name}` refers to itself and to nothing else");
                    let place = Place::Pointer(format!("/components/{section}/{}", escape(name)));
                    diagnostics
                        .error("reference-cycle", place, message)
                        .help("one component of the cycle must say what it is");
                    marks.insert(name, Mark::Done);
                    continue;
                }
                None => {}
            }
            marks.insert(name, Mark::Open);
            stack.push((name, true));
            if let Some(node) = components.get(name) {
                let targets = targets(node).filter_map(|target| target.strip_prefix(&prefix));
                let open = |target: &&str| marks.get(target) != Some(&Mark::Done);
                stack.extend(targets.filter(open).map(|target| (target, false)));
            }
        }
    }
}

/// What a component is, rather than has.
fn targets(node: &Node) -> impl Iterator<Item = &str> {
    let all = node.get("allOf").and_then(Node::as_array).unwrap_or_default();
    node.as_reference().into_iter().chain(all.iter().filter_map(Node::as_reference))
}
