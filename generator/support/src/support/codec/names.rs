//! Rules about which properties an object has beside each other.

use std::borrow::Cow;

use crate::support::codec::context::Context;
use crate::support::codec::rule::Rule;

/// The names of the properties that an object has, if somebody asks for them.
#[derive(Debug)]
pub(crate) struct Names(Option<Vec<Cow<'static, str>>>);

impl Names {
    /// Of an object that must meet all these rules.
    pub(crate) fn asked_for(cx: &Context<'_>, rules: [&[Rule]; 2]) -> Self {
        let is_asked = cx.is_strict() && rules.iter().copied().flatten().any(is_about_names);
        Self(is_asked.then(Vec::new))
    }

    /// Whether names are kept.
    pub(crate) fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Notes a property.
    pub(crate) fn note(&mut self, name: impl FnOnce() -> Cow<'static, str>) {
        if let Some(names) = &mut self.0 {
            names.push(name());
        }
    }

    /// Every name noted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().flatten().map(Cow::as_ref)
    }
}

fn is_about_names(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::Keys(_) | Rule::DependentRequired(..) | Rule::NotAll(_) | Rule::AnyRequired(_) | Rule::OneRequired(_)
    )
}

impl Context<'_> {
    /// Checks the names of an object's properties, and which of them stand together.
    pub fn check_names<'n>(&self, names: impl Iterator<Item = &'n str> + Clone) {
        if !self.is_strict() || !self.rules().iter().any(is_about_names) {
            return;
        }
        let names: Vec<&str> = names.collect();
        let has = |name: &&str| names.contains(name);
        let has_all = |group: &&[&str]| group.iter().all(has);
        for rule in self.rules() {
            match rule {
                Rule::Keys(_) => names.iter().for_each(|name| self.key(name).check_text(name)),
                Rule::DependentRequired(name, required) if has(name) => {
                    for missing in required.iter().filter(|name| !has(name)) {
                        let message = format!("is required where `{name}` is given");
                        self.property(missing, &[]).violation("dependent_required", message);
                    }
                }
                Rule::NotAll(group) if has_all(group) => {
                    self.violation("not", format!("must not have {}", listed(group, "and")));
                }
                Rule::AnyRequired(groups) if !groups.iter().any(has_all) => {
                    self.violation("any_of", format!("must have {}", alternatives(groups)));
                }
                Rule::OneRequired(groups) if groups.iter().filter(|group| has_all(group)).count() != 1 => {
                    self.violation("one_of", format!("must have either {}", alternatives(groups)));
                }
                _ => {}
            }
        }
    }
}

/// `` `id` and `name` ``
fn listed(names: &[&str], word: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(&format!(" {word} "))
}

/// `` `id` and `name`, or `key` ``
fn alternatives(groups: &[&[&str]]) -> String {
    let groups: Vec<String> = groups.iter().map(|group| listed(group, "and")).collect();
    groups.join(", or ")
}
