"""Invented English and Chinese sentences with difficult numbers, each pair correct."""

PAIRS = (
    (
        "The corpus has 1.2 trillion tokens, of which 350 billion are code and 80M are tables.",
        "该语料库有 1.2 万亿个词元，其中 3500 亿为代码，8000 万为表格。",
    ),
    (
        "A 0.5B model with 24 layers beats a 7B model on 18 of 20 tasks, and 2x faster.",
        "有 24 层的 5 亿参数模型在 20 项任务中的 18 项上胜过 7B 模型，速度是其 2 倍。",
    ),
    (
        "Latency drops by 35.5% (from 1,240 ms to 799.8 ms); memory falls from 16 GB to 6.5 GB.",
        "延迟降低 35.5%（从 1240 毫秒降至 799.8 毫秒）；内存从 16 GB 降至 6.5 GB。",
    ),
    (
        "With a learning rate of 1e-4 and 10^-3 weight decay, training takes 48 hours on 8 GPUs.",
        "学习率为 1e-4、权重衰减为 10^-3 时，在 8 块 GPU 上训练需要 48 小时。",
    ),
    (
        "About half of the 300 volunteers, 52% in the 2nd group, finished within 2 weeks.",
        "300 名志愿者中约有一半在 2 周内完成，第 2 组为 52%。",
    ),
    (
        "We collect 12 million images from 45 countries between 2019 and 2025.",
        "我们收集了 2019 年至 2025 年间来自 45 个国家的 1200 万张图像。",
    ),
    (
        "Errors fall from 9.8% to 4.1%, a relative reduction of 58%, i.e., 5.7 percentage points.",
        "错误率从 9.8% 降至 4.1%，相对降低 58%，即 5.7 个百分点。",
    ),
    (
        "Three annotators labelled 2,500 pairs each; two thirds agree, and 5% are unclear.",
        "三名标注者各标注 2500 对样本；三分之二的标注一致，5% 不明确。",
    ),
    (
        "The robot walks 1.5 km at 0.8 m/s with a 20 kg load and climbs slopes of 25 degrees.",
        "机器人负重 20 千克，以 0.8 m/s 的速度行走 1.5 公里，并能爬上 25 度的斜坡。",
    ),
    (
        "Batches of 16, 32 and 64 samples reach 71.2, 72.9 and 73.4% accuracy.",
        "批量为 16、32 和 64 个样本时，准确率分别为 71.2%、72.9% 和 73.4%。",
    ),
    (
        "Prices of $3 to $15 per million tokens make 10,000 queries cost about $47.",
        "每百万词元的价格为 3 美元至 15 美元，因此 10,000 次查询约需 47 美元。",
    ),
    (
        "Our method is 3-4 orders of magnitude faster and uses 100x fewer samples.",
        "我们的方法快 3–4 个数量级，所用样本少 100 倍。",
    ),
    (
        "Across twelve languages and 26.3K questions, the top-5 accuracy rises 6.25 points.",
        "在 12 种语言的 2.63 万个问题上，top-5 准确率提高 6.25 个百分点。",
    ),
    (
        "The sensor samples at 2.4 GHz, and -40 dB of noise remain after a 5-minute warm-up.",
        "传感器以 2.4 吉赫采样，预热 5 分钟后仍有 -40 分贝的噪声。",
    ),
    (
        "In the 1990s, 30% of cases needed 3D scans; in June 2024 only 7% did.",
        "20 世纪 90 年代，30% 的病例需要三维扫描；2024 年 6 月只有 7%。",
    ),
    (
        "Scores range from 0.65 to 0.91 (n = 128, p < 0.001) with a context of 1.75M tokens.",
        "得分在 0.65 到 0.91 之间（n = 128，p < 0.001），上下文为 175 万个词元。",
    ),
    (
        "Llama-3.1-70B and Qwen2.5-7B need 4 and 9 runs. A third system, on 60 tasks, needs 22.",
        "Llama-3.1-70B 与 Qwen2.5-7B 分别需要 4 次和 9 次。第三个系统在 60 项任务上需要 22 次。",
    ),
    (
        "We use 15 tasks. On them the gain is 8.5%. It took 90 days in all.",
        "我们使用 15 项任务，其上的增益为 8.5%。总共用了 90 天。",
    ),
)
"""English, Chinese."""
