import assay

client = assay.Client()  # finds the server by ASSAY_URL and ASSAY_API_KEY
project = client.projects.create(
    "Reviews",
    {
        "fields": {"text": "text"},
        "questions": [{"name": "mood", "kind": "choice", "field": "text", "classes": ["good", "bad"]}],
    },
    quality={"min_labels": 3},
)
texts = {"r-1": "Great soup.", "r-2": "Cold and late.", "r-3": "Great view, great people."}
project.items.add({"external_id": name, "fields": {"text": text}} for name, text in texts.items())
moods = {"r-1": "good", "r-2": "bad", "r-3": "good"}
for model in ("model-a", "model-b"):  # votes that were given elsewhere
    project.annotations.add(
        {"external_id": name, "labeler": model, "label": {"mood": mood}} for name, mood in moods.items()
    )
for lease in project.work():  # and yours
    lease.submit({"mood": "good" if "Great" in lease.item.fields["text"] else "bad"})
for answer in project.resolutions():
    print(answer.external_id, answer.label["mood"], f"{answer.probability['mood']:.3f}")
project.snapshots.create().export("csv", "reviews.csv")
