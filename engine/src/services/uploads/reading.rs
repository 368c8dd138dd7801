//! Who may read the bytes of an upload.

use bytes::Bytes;
use futures_util::{TryStreamExt, stream::BoxStream};
use relaychat_protocol::AttachmentId;

use super::blob_links::{self, LinkPair};
use crate::{
    blobs::{BlobError, SignedRead},
    domain::attachment::{Attachment, Usage, Variant},
    services::{Caller, ServiceError, Services},
};

/// A blob that the holder of an address may read.
#[derive(Clone, Debug)]
pub(crate) struct ReadableBlob {
    /// What it belongs to.
    pub(crate) attachment: Attachment,
    /// Which form.
    pub(crate) variant: Variant,
    /// Its size, in bytes.
    pub(crate) size_bytes: u64,
}

impl Services {
    /// Addresses of an upload: for the members of the chat whose message names it, and for its
    /// owner as long as nothing does. A profile picture has an address of its own.
    pub(crate) async fn attachment_links(
        &self,
        caller: Caller,
        id: AttachmentId,
    ) -> Result<LinkPair, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let found = snapshot.attachments().find_many(&[id]).await?;
        let attachment = found.first().ok_or_else(ServiceError::not_found)?;
        let is_readable = match attachment.usage {
            Usage::Unused => attachment.owner_id == caller.user_id,
            Usage::Message(chat_id, _) => {
                let pair = [(chat_id, caller.user_id)];
                let members = snapshot.members().find_many(&pair).await?;
                members.iter().any(|member| !member.has_left)
            }
            Usage::Avatar | Usage::Deleted(_) => false,
        };
        if !is_readable {
            return Err(ServiceError::not_found());
        }
        let (key, kind) = (&self.keys.blob_links, attachment.kind);
        Ok(LinkPair::new(key, id, kind, self.now_ms()))
    }

    /// The blob behind a signed address.
    pub(crate) async fn open_signed_blob(
        &self,
        id: AttachmentId,
        variant: Variant,
        expires_at_ms: i64,
        signature: &str,
    ) -> Result<ReadableBlob, ServiceError> {
        let found = self.find_signed_upload(id, variant, expires_at_ms, signature);
        self.open_blob(found.await?, variant).await
    }

    /// A profile picture. Its id is the permission: 74 random bits that only those learn who see
    /// the profile.
    pub(crate) async fn open_avatar(&self, id: AttachmentId) -> Result<ReadableBlob, ServiceError> {
        let attachment = self.find_attachment(id).await?;
        if attachment.usage != Usage::Avatar {
            return Err(ServiceError::not_found());
        }
        self.open_blob(attachment, Variant::Thumbnail).await
    }

    /// The bytes of `range` (end exclusive, within the size), in pieces.
    pub(crate) async fn read_blob(
        &self,
        blob: &ReadableBlob,
        range: std::ops::Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, ServiceError> {
        let key = Attachment::blob_key(blob.attachment.id, blob.variant);
        let stream = self.blobs.read(&key, range).await?;
        stream.ok_or_else(ServiceError::not_found)
    }

    /// The upload behind a signed address, without a look into the store.
    pub(crate) async fn find_signed_upload(
        &self,
        id: AttachmentId,
        variant: Variant,
        expires_at_ms: i64,
        signature: &str,
    ) -> Result<Attachment, ServiceError> {
        let key = &self.keys.blob_links;
        if !blob_links::is_valid(key, (id, variant), expires_at_ms, signature, self.now_ms()) {
            return Err(ServiceError::not_found());
        }
        let found = self.find_attachment(id).await?;
        match found.usage {
            Usage::Deleted(_) => Err(ServiceError::not_found()),
            Usage::Unused | Usage::Message(..) | Usage::Avatar => Ok(found),
        }
    }

    /// An address of the store itself, when it can sign one.
    pub(crate) async fn store_url(
        &self,
        id: AttachmentId,
        variant: Variant,
        read: &SignedRead,
    ) -> Result<Option<String>, ServiceError> {
        let key = Attachment::blob_key(id, variant);
        Ok(self.blobs.signed_url(&key, read).await?)
    }

    pub(super) async fn find_attachment(
        &self,
        id: AttachmentId,
    ) -> Result<Attachment, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let found = snapshot.attachments().find_many(&[id]).await?;
        found.into_iter().next().ok_or_else(ServiceError::not_found)
    }

    /// All bytes of the whole picture.
    pub(super) async fn read_whole(&self, id: AttachmentId) -> Result<Bytes, ServiceError> {
        let attachment = self.find_attachment(id).await?;
        let blob = self.open_blob(attachment, Variant::Original).await?;
        let pieces = self.read_blob(&blob, 0..blob.size_bytes).await?;
        let pieces: Vec<Bytes> = pieces.try_collect().await?;
        Ok(pieces.concat().into())
    }

    async fn open_blob(
        &self,
        attachment: Attachment,
        variant: Variant,
    ) -> Result<ReadableBlob, ServiceError> {
        let key = Attachment::blob_key(attachment.id, variant);
        let size_bytes = self.blobs.size_bytes(&key).await?;
        Ok(ReadableBlob {
            attachment,
            variant,
            size_bytes: size_bytes.ok_or_else(ServiceError::not_found)?,
        })
    }
}
