//! People and the caller's profile.

use relaychat_protocol::{
    AttachmentId, Page, UserId,
    rest::users::{Me, SetAvatar, UpdateMe, User},
};

use super::{Api, encode, json};
use crate::{ProfileChanges, RelayError, Upload, transport::Method};

/// People a page: more than a screen shows, far less than the server's limit.
const PEOPLE_PAGE: u32 = 50;

impl Api<'_> {
    pub(crate) async fn list_users(
        self,
        query: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<Page<User>, RelayError> {
        let mut path = format!("/users?limit={PEOPLE_PAGE}");
        for (name, value) in [("query", query), ("cursor", cursor)] {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={}", encode(value)));
            }
        }
        self.get(&path).await
    }

    pub(crate) async fn get_user(self, user_id: UserId) -> Result<User, RelayError> {
        self.get(&format!("/users/{user_id}")).await
    }

    pub(crate) async fn update_me(self, changes: ProfileChanges) -> Result<Me, RelayError> {
        let ProfileChanges {
            name,
            shows_read_receipts,
            shows_last_seen,
        } = changes;
        let update = UpdateMe {
            name,
            shows_read_receipts,
            shows_last_seen,
        };
        self.send(Method::Patch, "/me", json(&update)).await
    }

    pub(crate) async fn set_avatar(self, image: &Upload) -> Result<Me, RelayError> {
        let attachment = self.upload_image(image).await?;
        self.use_as_avatar(attachment.id).await
    }

    async fn use_as_avatar(self, attachment_id: AttachmentId) -> Result<Me, RelayError> {
        self.send(
            Method::Put,
            "/me/avatar",
            json(&SetAvatar { attachment_id }),
        )
        .await
    }

    pub(crate) async fn remove_avatar(self) -> Result<Me, RelayError> {
        self.send(Method::Delete, "/me/avatar", None).await
    }
}
