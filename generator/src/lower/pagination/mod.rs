//! Operations whose answers come in pages: by the settings, or by what the description says of itself in extensions
//! that others have made common. A pass over the finished model, so that what it finds are the types as they are.

mod extension;
mod fit;
mod wanted;

use std::collections::{BTreeSet, HashMap};

use crate::lower::operation::Named;
use crate::lower::report::Report;
use crate::lower::selection::covers;
use crate::model::{Api, Operation, Pagination, Step, Type};
use crate::settings::{self, Settings};
use crate::suggest::did_you_mean;
use crate::tree::Pointer;
use extension::Extension;
use fit::Unfit;
use wanted::Wanted;

/// An operation, as settings and extensions see it.
pub(super) struct Candidate {
    /// The method's name.
    name: String,
    wire_name: String,
    path: String,
    tags: Vec<String>,
    is_get: bool,
    extension: Option<Extension>,
}

impl Candidate {
    /// The operations that may come in pages.
    pub(super) fn all(operations: &[Named<'_>]) -> Vec<Self> {
        let candidate = |named: &Named<'_>| Self {
            name: named.name.clone(),
            wire_name: named.wire_name.clone(),
            path: named.path.to_owned(),
            tags: named.operation.tags.clone(),
            is_get: named.method == "get",
            extension: extension::of(&named.operation.extensions, &named.place),
        };
        operations.iter().map(candidate).collect()
    }
}

/// Says of each operation whether its answers come in pages.
pub(super) fn paginate(api: &mut Api, settings: &Settings, candidates: &[Candidate], report: &mut Report<'_>) {
    if settings.pagination.is_empty() && candidates.iter().all(|candidate| candidate.extension.is_none()) {
        return;
    }
    let mut pages = Pages { api, found: HashMap::new(), ways: HashMap::new() };
    for (index, entry) in settings.pagination.iter().enumerate() {
        pages.apply(&Entry { entry, index, candidates }, report);
    }
    for candidate in candidates {
        pages.describe(candidate, report);
    }
    let mut found = pages.found;
    for operation in api.tags.iter_mut().flat_map(|tag| &mut tag.operations) {
        operation.pagination = found.remove(&operation.name);
    }
}

/// What is known of pages so far.
struct Pages<'a> {
    api: &'a Api,
    /// By the name of the operation's method.
    found: HashMap<String, Pagination>,
    /// Where the items of a type are: in one place only, as the type has one way to them.
    ways: HashMap<Type, Vec<Step>>,
}

/// An entry of the settings.
struct Entry<'a> {
    entry: &'a settings::Pagination,
    index: usize,
    candidates: &'a [Candidate],
}

impl Pages<'_> {
    /// What an entry of the settings says.
    fn apply(&mut self, entry: &Entry<'_>, report: &mut Report<'_>) {
        let is_sound = entry.report_unknown(report);
        let Some(wanted) = wanted::of(entry.entry, entry.index, report).filter(|_| is_sound) else { return };
        let mut nearest: Option<Unfit> = None;
        let (mut is_used, mut is_late) = (false, false);
        for candidate in entry.candidates {
            let is_named = entry.names(candidate);
            let is_meant = is_named || candidate.is_get && entry.covers(candidate);
            if !is_meant {
                continue;
            }
            match self.fit(candidate, &wanted, is_named || entry.has_conditions()) {
                Ok(_) if self.found.contains_key(&candidate.name) => is_late = true,
                Ok(pagination) => {
                    is_used = true;
                    self.insert(candidate, pagination);
                }
                Err(unfit) if is_named => {
                    is_used = true;
                    entry.report(report, &unfit, unfit.message.clone());
                }
                Err(unfit) => nearest = nearest.filter(|nearest| nearest.rank >= unfit.rank).or(Some(unfit)),
            }
        }
        match nearest {
            _ if is_used => {}
            _ if is_late => {
                let message = "the operations that this fits come in pages by an earlier entry".to_owned();
                report.setting_error("unused-setting", &entry.place(""), message).help("remove one of the entries");
            }
            Some(unfit) => entry.report(report, &unfit, format!("this fits no operation: {}", unfit.message)),
            None => {
                let message = "no operation of those that are meant is a GET".to_owned();
                let help = "name others in `operations`";
                report.setting_error("unused-setting", &entry.place(""), message).help(help);
            }
        }
    }

    /// What the description says of itself.
    fn describe(&mut self, candidate: &Candidate, report: &mut Report<'_>) {
        let Some(extension) = candidate.extension.as_ref().filter(|_| !self.found.contains_key(&candidate.name)) else {
            return;
        };
        let outcome = match &extension.wanted {
            Ok(wanted) => self.fit(candidate, wanted, true).map_err(|unfit| unfit.message),
            Err(message) => Err(message.clone()),
        };
        match outcome {
            Ok(pagination) => self.insert(candidate, pagination),
            Err(message) => {
                let help =
                    "its pages do not follow each other by themselves; `[[pagination]]` in codegen.toml can say how";
                report.warning("unfit-pagination", &extension.place, message, help);
            }
        }
    }

    fn fit(&self, candidate: &Candidate, wanted: &Wanted, is_chosen: bool) -> Result<Pagination, Unfit> {
        let Some(operation) = self.operation(&candidate.name) else { return Err(Unfit::default()) };
        let pagination = fit::fit(self.api, operation, wanted, is_chosen)?;
        let page = fit::page_type(self.api, operation);
        match page.and_then(|page| self.ways.get(&page)).filter(|way| **way != pagination.items) {
            Some(_) => Err(Unfit::of_other_items(operation)),
            None => Ok(pagination),
        }
    }

    fn insert(&mut self, candidate: &Candidate, pagination: Pagination) {
        let page = self.operation(&candidate.name).and_then(|operation| fit::page_type(self.api, operation));
        self.ways.extend(page.map(|page| (page, pagination.items.clone())));
        self.found.insert(candidate.name.clone(), pagination);
    }

    fn operation(&self, name: &str) -> Option<&Operation> {
        self.api.operations().find(|operation| operation.name == name)
    }
}

impl Entry<'_> {
    fn names(&self, candidate: &Candidate) -> bool {
        self.entry.operations.contains(&candidate.wire_name)
    }

    fn covers(&self, candidate: &Candidate) -> bool {
        let settings::Pagination { operations, tags, paths, .. } = self.entry;
        let is_open = operations.is_empty() && tags.is_empty() && paths.is_empty();
        is_open
            || tags.iter().any(|tag| candidate.tags.contains(tag))
            || paths.iter().any(|path| covers(path, &candidate.path))
    }

    /// Whether it says anything of which operations it is for.
    fn has_conditions(&self) -> bool {
        let settings::Pagination { operations, tags, paths, parameters, .. } = self.entry;
        [operations, tags, paths, parameters].iter().any(|list| !list.is_empty())
    }

    /// Reports the names that nothing of the description has. Whether there are none.
    fn report_unknown(&self, report: &mut Report<'_>) -> bool {
        type Names = for<'c> fn(&'c Candidate) -> &'c [String];
        let settings::Pagination { operations, tags, paths, .. } = self.entry;
        let lists: [(&str, &Vec<String>, Names); 3] = [
            ("operations", operations, |candidate| std::slice::from_ref(&candidate.wire_name)),
            ("tags", tags, |candidate| &candidate.tags),
            ("paths", paths, |candidate| std::slice::from_ref(&candidate.path)),
        ];
        let mut is_sound = true;
        for (list, entries, names) in lists {
            let known: BTreeSet<&str> = self.candidates.iter().flat_map(names).map(String::as_str).collect();
            let is_known = |entry: &str| match list {
                "paths" => known.iter().any(|path| covers(entry, path)),
                _ => known.contains(entry),
            };
            for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| !is_known(entry)) {
                is_sound = false;
                let help = did_you_mean(entry, known.iter().copied());
                let message = format!("`{entry}` names no operation of the description");
                report
                    .setting_error("unused-setting", &self.place(&format!("/{list}/{index}")), message)
                    .help(help.unwrap_or_else(|| "correct it, or remove the entry".to_owned()));
            }
        }
        is_sound
    }

    fn report(&self, report: &mut Report<'_>, unfit: &Unfit, message: String) {
        let key = if unfit.key.is_empty() { String::new() } else { format!("/{}", unfit.key) };
        let help = did_you_mean(&unfit.sought, unfit.known.iter().map(String::as_str));
        let diagnostic = report.setting_error("unfit-pagination", &self.place(&key), message);
        diagnostic.help.clone_from(&help.or_else(|| unfit.help.map(str::to_owned)));
    }

    fn place(&self, below: &str) -> Pointer {
        wanted::place(self.index, below)
    }
}
