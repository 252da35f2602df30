//! Paths of files as references have them: text, with slashes, and no file system asked.

/// The path of `target`, which a file at `from` refers to. `..` stays only in front.
pub(crate) fn beside(from: &str, target: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    if from.starts_with('/') {
        parts.push("");
    }
    for part in folder.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." if !matches!(parts.last(), None | Some(&".." | &"")) => drop(parts.pop()),
            ".." if parts.last() == Some(&"") => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The path of `file` as seen from the folder of `root`; both are relative to the same folder.
pub(crate) fn seen_from(root: &str, file: &str) -> String {
    let folder: Vec<&str> = root.split('/').collect();
    let folder = folder.split_last().map_or(&[][..], |(_, folder)| folder);
    let file: Vec<&str> = file.split('/').collect();
    let common = folder.iter().zip(&file).take_while(|(one, other)| one == other && **one != "..").count();
    let up = folder.len() - common;
    let down = file.get(common..).unwrap_or_default();
    std::iter::repeat_n("..", up).chain(down.iter().copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_from_their_file() {
        for (from, target, path) in [
            ("spec/pets.yaml", "schemas/Pet.yaml", "spec/schemas/Pet.yaml"),
            ("spec/pets.yaml", "./a/./b/../Pet.yaml", "spec/a/Pet.yaml"),
            ("spec/pets.yaml", "../x.yaml", "x.yaml"),
            ("pets.yaml", "../x.yaml", "../x.yaml"),
            ("../pets.yaml", "../x.yaml", "../../x.yaml"),
            ("/a/pets.yaml", "../../../x.yaml", "/x.yaml"),
        ] {
            assert_eq!(beside(from, target), path, "{from} {target}");
        }
    }

    #[test]
    fn files_are_named_from_the_root() {
        for (root, file, path) in [
            ("spec/pets.yaml", "spec/schemas/Pet.yaml", "schemas/Pet.yaml"),
            ("spec/pets.yaml", "x.yaml", "../x.yaml"),
            ("pets.yaml", "x.yaml", "x.yaml"),
            ("a/b/pets.yaml", "a/c/x.yaml", "../c/x.yaml"),
        ] {
            assert_eq!(seen_from(root, file), path, "{root} {file}");
        }
    }
}
