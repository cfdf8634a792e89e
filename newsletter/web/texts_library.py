"""The reader's own library: the sentences, Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "library.title": (
            "我的文库",
            "My library",
        ),
        "library.lead": (
            "给出您自己的论文或收藏，就能据此推荐关键词；还可以在信末列出与它们相近的新论文。",
            (
                "Hand in papers of your own or from your collection: they suggest keywords, "
                "and new papers close to them can stand at the end of the mail."
            ),
        ),
        "library.open": (
            "打开我的文库",
            "Open my library",
        ),
        "library.back": (
            "回到订阅设置",
            "Back to preferences",
        ),
        "library.none": (
            "文库还是空的。",
            "The library is empty.",
        ),
        "library.count": (
            "文库中有 {count} 篇论文。",
            "Papers in the library: {count}",
        ),
        "library.more": (
            "……以及另外 {count} 篇",
            "… and {count} more",
        ),
        "library.pending": (
            "其中 {count} 篇只有编号，将在下一个早晨向 arXiv 查询：",
            "Of these, known by their ids alone and to be looked up the next morning ({count}):",
        ),
        "library.unknown": (
            "其中 {count} 篇在 arXiv 上没有查到，请核对编号：",
            "Of these, not found on arXiv, please check the ids ({count}):",
        ),
        "library.refused": (
            "没有收入，因为不是 arXiv 编号：",
            "Left out, because they are no arXiv ids:",
        ),
        "library.papers": (
            "论文编号或链接",
            "Ids or addresses of papers",
        ),
        "library.papers.hint": (
            "arXiv 编号或链接，每行一个或夹在文字中都可以；也可以直接粘贴 BibTeX。",
            "arXiv ids or addresses, one a line or within text; or paste BibTeX.",
        ),
        "library.file": (
            "或者选择文件",
            "Or choose a file",
        ),
        "library.file.hint": (
            (
                "BibTeX、RIS、CSV 或 CSL JSON，Zotero 可以导出这几种；最大 2 MB，最多取前 "
                "{limit} 篇。"
            ),
            (
                "BibTeX, RIS, CSV or CSL JSON, all of which Zotero exports; up to 2 MB, of "
                "which the first {limit} papers are taken."
            ),
        ),
        "library.how": (
            "已有的文库",
            "The library as it is",
        ),
        "library.how.add": (
            "保留，把新的添加进去",
            "Keep it, and add what is new",
        ),
        "library.how.replace": (
            "替换为新的内容",
            "Replace it with what is new",
        ),
        "library.how.hint": (
            "上面两处都留空，文库不变。",
            "If both fields above are left empty, it stays as it is.",
        ),
        "library.wanted": (
            "在信末加一节「与我的文库相近」",
            "Add a section “Close to my library” at the end of the mail",
        ),
        "library.wanted.hint": (
            "每期最多 5 篇，都是关键词没有命中的；每篇注明与您的哪一篇相近。",
            (
                "At most 5 papers an issue that no keyword found, each with the paper of yours "
                "that it is close to."
            ),
        ),
        "library.save": (
            "保存",
            "Save",
        ),
        "library.remove": (
            "清空文库",
            "Remove the library",
        ),
        "library.sure": (
            "确定清空，连同「与我的文库相近」一节",
            "Yes, remove it, and the section “Close to my library” with it",
        ),
        "library.suggestions": (
            "推荐的关键词",
            "Suggested keywords",
        ),
        "library.suggestions.hint": (
            "在您的文库里常见、在其他论文中少见的说法；点一下即可加入关键词。",
            "Phrases that are frequent in your library and rare elsewhere; one click adds one.",
        ),
        "library.no_suggestions": (
            "暂时没有可推荐的：论文太少，或还没有查到题目。",
            "None so far: there are too few papers, or their titles are not known yet.",
        ),
        "library.all_taken": (
            "推荐的都已在您的关键词中。",
            "All that could be suggested is among your keywords already.",
        ),
        "library.add": (
            "加入",
            "Add",
        ),
        "library.add.label": (
            "把「{keyword}」加入关键词",
            "Add “{keyword}” to the keywords",
        ),
        "library.done.saved": (
            "已保存。",
            "Saved.",
        ),
        "library.done.cut": (
            "已保存前 {limit} 篇，其余的没有收入。",
            "The first {limit} papers were saved; the others were left out.",
        ),
        "library.done.removed": (
            "文库已清空。",
            "The library was removed.",
        ),
        "library.done.added": (
            "已加入关键词。",
            "Added to the keywords.",
        ),
        "error.library_unreadable": (
            ("没有认出任何论文。请粘贴 arXiv 编号或链接，或者导出为 BibTeX、RIS、CSV、CSL JSON。"),
            (
                "No paper was recognised. Please paste arXiv ids or addresses, or export as "
                "BibTeX, RIS, CSV or CSL JSON."
            ),
        ),
        "error.library_rdf": (
            ("这是 Zotero RDF 文件，无法读取。请在 Zotero 中重新导出，格式选 BibTeX 或 CSL JSON。"),
            (
                "This is a Zotero RDF file, which cannot be read. Please export again from "
                "Zotero and choose BibTeX or CSL JSON."
            ),
        ),
        "error.library_ids": (
            "不是 arXiv 编号：{text}。请核对后再试。",
            "No arXiv ids: {text}. Please check them and try again.",
        ),
        "error.library_sure": (
            "要清空文库，请先勾选「确定清空」。",
            "To remove the library, please tick the box beside the button first.",
        ),
        "error.library_missing": (
            "文库还是空的：请先粘贴论文或选择文件。",
            "The library is empty: please paste papers or choose a file first.",
        ),
    }
)
"""Key → (Chinese, English)."""
