//! The claim of an operation: its key, and a hash of all that was asked for.
//!
//! Not for: the outcome (`store_operations` keeps it beside the claim).

use super::{
    AccountId, CaptureOrder, HoldId, HoldOrder, OperationKey, PostOrder, RefundOrder, TransferId,
    key::RequestHash,
};

word_enum! {
    /// What an operation is, in its row.
    pub(super) enum OperationKind {
        Post = "post",
        Refund = "refund",
        Hold = "hold",
        Capture = "capture",
        Void = "void",
        Expire = "expire",
    }
}

/// An operation about to be claimed.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) key: &'a OperationKey,
    pub(super) hash: RequestHash,
    pub(super) kind: OperationKind,
    pub(super) reference: Option<&'a str>,
}

impl<'a> From<PostOrder<'a>> for Claim<'a> {
    fn from(order: PostOrder<'a>) -> Self {
        let mut fields = vec!["post".to_owned()];
        for leg in order.legs {
            let reverses = leg.reverses.as_ref().map_or("", TransferId::as_str);
            fields.extend(
                [leg.kind.as_str(), leg.debit.as_str(), leg.credit.as_str()].map(String::from),
            );
            fields.extend([leg.amount.money().with_code(), reverses.to_owned()]);
        }
        Self::of(OperationKind::Post, order.key, &fields, order.reference)
    }
}

impl<'a> From<HoldOrder<'a>> for Claim<'a> {
    fn from(order: HoldOrder<'a>) -> Self {
        let fields = [
            "hold".to_owned(),
            order.account.to_string(),
            format!("{:?}", order.payee_hint),
            order.amount.money().with_code(),
            order.lasting.as_micros().to_string(),
        ];
        Self::of(OperationKind::Hold, order.key, &fields, order.reference)
    }
}

impl<'a> From<CaptureOrder<'a>> for Claim<'a> {
    fn from(order: CaptureOrder<'a>) -> Self {
        let mut fields = vec![
            "capture".to_owned(),
            order.hold.to_string(),
            order.kind.to_string(),
            order.to.to_string(),
            order.amount.money().with_code(),
        ];
        if let Some(fee) = order.fee {
            fields.extend([fee.to.to_string(), fee.amount.money().with_code()]);
        }
        Self::of(OperationKind::Capture, order.key, &fields, order.reference)
    }
}

impl<'a> From<RefundOrder<'a>> for Claim<'a> {
    fn from(order: RefundOrder<'a>) -> Self {
        let mut fields = vec!["refund".to_owned()];
        for part in order.parts {
            let to = part.to.map_or("", AccountId::as_str);
            fields.extend([
                part.transfer.to_string(),
                part.amount.money().with_code(),
                to.to_owned(),
            ]);
        }
        Self::of(OperationKind::Refund, order.key, &fields, order.reference)
    }
}

impl<'a> Claim<'a> {
    /// Of releasing a hold.
    pub(super) fn release(key: &'a OperationKey, kind: OperationKind, hold: &HoldId) -> Self {
        Self::of(kind, key, &["release".to_owned(), hold.to_string()], None)
    }

    fn of(
        kind: OperationKind,
        key: &'a OperationKey,
        fields: &[String],
        reference: Option<&'a str>,
    ) -> Self {
        let reference_field = reference.unwrap_or_default().as_bytes();
        let all = fields.iter().map(String::as_bytes).chain([reference_field]);
        Self { key, hash: RequestHash::of(all), kind, reference }
    }
}
