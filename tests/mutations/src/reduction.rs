//! A description to a smaller one with the same fault.

use serde_yaml::Value;

use crate::tree::{children_mut, container, containers};

/// Takes away what can be taken away while `is_faulty` says that the fault is there, and gives up after `tries`.
pub fn reduced(document: &Value, tries: usize, mut is_faulty: impl FnMut(&Value) -> bool) -> Value {
    let mut smallest = document.clone();
    let mut left = tries;
    loop {
        let mut is_smaller = false;
        let mut number = 0;
        while number < containers(&smallest) {
            let mut at = 0;
            while let Some(smaller) = without(&smallest, number, at) {
                if left == 0 {
                    return smallest;
                }
                left -= 1;
                if is_faulty(&smaller) {
                    smallest = smaller;
                    is_smaller = true;
                } else {
                    at += 1;
                }
            }
            number += 1;
        }
        if !is_smaller {
            return smallest;
        }
    }
}

/// Without the member or item at `at` of the container of that number.
fn without(document: &Value, number: usize, at: usize) -> Option<Value> {
    let mut smaller = document.clone();
    let place = container(&mut smaller, &mut { number })?;
    children_mut(place).nth(at)?;
    match place {
        Value::Mapping(members) => {
            let key = members.keys().nth(at)?.clone();
            members.shift_remove(&key)?;
        }
        Value::Sequence(items) => drop(items.remove(at)),
        _ => return None,
    }
    Some(smaller)
}
