//! Answers that an object gives again for as long as nothing has changed: whoever asks the same is answered without a statement.

use std::{any::TypeId, cell::RefCell};

use serde::Serialize;

use super::{
    question::{Object, Question},
    serve::{Reply, with_message},
    unanswered::Unanswered,
    wire::Message,
};

/// How many answers are remembered; the oldest go first.
const MOST: usize = 16;

/// How long they may be together, questions included, in bytes of JSON: many objects share the memory of one isolate. An answer that is as
/// long by itself is not remembered.
pub const LONGEST: usize = 64 * 1_024;

/// What an object has answered since something changed last. It does not notice changes: whoever makes one has it forget.
#[derive(Default)]
pub struct Remembered(RefCell<Vec<Answered>>);

struct Answered {
    kind: TypeId,
    /// As JSON.
    question: Vec<u8>,
    /// As JSON.
    answer: Vec<u8>,
}

impl Remembered {
    /// Forgets all of it: something is being changed that an answer may tell.
    pub fn forget(&self) {
        if let Ok(mut answered) = self.0.try_borrow_mut() {
            answered.clear();
        }
    }

    fn find(&self, kind: TypeId, question: &[u8]) -> Option<Vec<u8>> {
        let all = self.0.try_borrow().ok()?;
        let same = all.iter().find(|answered| answered.kind == kind && answered.question == question)?;
        Some(same.answer.clone())
    }

    fn keep(&self, kind: TypeId, question: Vec<u8>, answer: &[u8]) {
        if question.len().saturating_add(answer.len()) >= LONGEST {
            return;
        }
        let Ok(mut all) = self.0.try_borrow_mut() else { return };
        all.insert(0, Answered { kind, question, answer: answer.to_vec() });
        let mut left = LONGEST;
        let fitting = |answered: &&Answered| {
            left = left.saturating_sub(answered.length());
            left > 0
        };
        let kept = all.iter().take(MOST).take_while(fitting).count();
        all.truncate(kept);
    }
}

impl Answered {
    fn length(&self) -> usize {
        self.question.len().saturating_add(self.answer.len())
    }
}

/// Answers a question as it was answered before, or else with the value of `how`, which must not change anything.
///
/// # Errors
/// Those of `how`; they are not remembered.
pub fn answer_again<Q, E>(
    remembered: &Remembered,
    question: Q,
    how: impl FnOnce(Q) -> Result<Q::Answer, E>,
) -> Result<Reply, Unanswered<<Q::Object as Object>::Refusal>>
where
    Q: Question + Serialize + 'static,
    E: Into<Unanswered<<Q::Object as Object>::Refusal>>,
{
    let (kind, asked) = (TypeId::of::<Q>(), json::to_vec(&question)?);
    if let Some(body) = remembered.find(kind, &asked) {
        return with_message(Ok(Message::good(body)));
    }
    let message = Message::answer(&how(question).map_err(Into::into)?)?;
    remembered.keep(kind, asked, &message.body);
    with_message(Ok(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(remembered: &Remembered, number: usize, length: usize) {
        remembered.keep(TypeId::of::<u8>(), number.to_string().into(), &vec![b'x'; length]);
    }

    fn find(remembered: &Remembered, number: usize) -> Option<usize> {
        remembered.find(TypeId::of::<u8>(), number.to_string().as_bytes()).map(|answer| answer.len())
    }

    #[test]
    fn the_newest_are_kept_until_something_changes() {
        let remembered = Remembered::default();
        (0..=MOST).for_each(|number| keep(&remembered, number, number));
        let kept: Vec<_> = (0..=MOST).map(|number| find(&remembered, number)).collect();
        let newest: Vec<_> = (0..=MOST).map(|number| (number > 0).then_some(number)).collect();
        assert_eq!(kept, newest);
        remembered.forget();
        assert!((0..=MOST).all(|number| find(&remembered, number).is_none()));
    }

    #[test]
    fn questions_of_another_kind_are_others() {
        let remembered = Remembered::default();
        keep(&remembered, 1, 5);
        assert_eq!(remembered.find(TypeId::of::<u16>(), b"1"), None);
    }

    #[test]
    fn all_together_are_not_too_long() {
        let remembered = Remembered::default();
        for number in 1..=4 {
            keep(&remembered, number, LONGEST / 3);
        }
        // One that is too long by itself pushes out none.
        keep(&remembered, 5, LONGEST);
        let kept = [1, 2, 3, 4, 5].map(|number| find(&remembered, number).is_some());
        assert_eq!(kept, [false, false, true, true, false]);
    }
}
