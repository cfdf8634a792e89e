"""Capitalised English words that a Chinese text does not keep, and some that it always keeps.

General knowledge of how Chinese technical prose treats proper nouns; no list is complete, and
none has to be: a word in none of them is a name only where the text itself says so.
"""

_NATIONS = """
    African American Arabic Asian Australian Bengali Brazilian British Canadian Cantonese Catalan
    Chinese Czech Danish Dutch Egyptian English European Filipino Finnish French German Greek
    Hebrew Hindi Hungarian Indian Indonesian Iranian Irish Israeli Italian Japanese Javanese Korean
    Latin Malay Mandarin Marathi Mexican Nepali Nigerian Norwegian Persian Polish Portuguese
    Romanian Russian Sanskrit Scottish Serbian Slavic Spanish Swahili Swedish Swiss Tamil Telugu
    Thai Tibetan Turkish Ukrainian Urdu Vietnamese Western Eastern Northern Southern Yoruba
"""
_PLACES = """
    Africa America Amsterdam Antarctica Arctic Asia Atlantic Australia Austria Bangladesh Barcelona
    Beijing Belgium Berlin Boston Brazil Britain California Cambridge Canada Chicago Chile China
    Denmark Dublin Earth Egypt England Europe Finland France Germany Greece Guangzhou Hangzhou
    Hong Kong India Indonesia Iran Ireland Israel Italy Jakarta Japan Jupiter Kenya Korea London
    Madrid Malaysia Mars Mediterranean Mercury Mexico Milan Moon Moscow Mumbai Nepal Netherlands
    New Nigeria Norway Oslo Oxford Pacific Pakistan Paris Poland Portugal Rome Russia Saturn Seoul
    Shanghai Shenzhen Singapore Spain Stockholm Sun Sweden Switzerland Sydney Taipei Taiwan Tehran
    Texas Thailand Tokyo Toronto Turkey Ukraine Venus Vietnam Vienna Washington York Zealand Zurich
"""
_CALENDAR = """
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter Ramadan
"""
_PARTS = """
    Algorithm Appendix Case Chapter Condition Corollary Definition Equation Example Experiment
    Figure Lemma Level Part Phase Problem Proposition Remark Section Stage Step Study Supplement
    Table Task Theorem Track Type Volume
"""
_PROSE = """
    Bible Black Boolean Christian God Internet Islam Jewish Latino Muslim Olympic Web White World
    Code Codes Data Experiments Extensive Finally First Furthermore However I Internet Moreover
    Second Third These This Our The A An In On Of For And We It Its Is Are With To From Using Via
"""
NOT_NAMES = frozenset(f"{_NATIONS} {_PLACES} {_CALENDAR} {_PARTS} {_PROSE}".split())
"""Capitalised words that Chinese translates: nationalities, places, dates, parts of a paper."""

TRANSLITERATED: dict[str, tuple[str, ...]] = {
    "Abel": ("阿贝尔",),
    "Banach": ("巴拿赫",),
    "Bayes": ("贝叶斯",),
    "Bayesian": ("贝叶斯",),
    "Bellman": ("贝尔曼",),
    "Bernoulli": ("伯努利",),
    "Boltzmann": ("玻尔兹曼", "玻耳兹曼"),
    "Boolean": ("布尔",),
    "Brownian": ("布朗",),
    "Byzantine": ("拜占庭",),
    "Cartesian": ("笛卡尔", "笛卡儿"),
    "Cauchy": ("柯西",),
    "Chebyshev": ("切比雪夫",),
    "Coulomb": ("库仑",),
    "Cholesky": ("楚列斯基", "乔列斯基"),
    "Dirac": ("狄拉克",),
    "Dirichlet": ("狄利克雷", "狄里克雷"),
    "Einstein": ("爱因斯坦",),
    "Euclidean": ("欧氏", "欧几里得", "欧几里德"),
    "Euler": ("欧拉",),
    "Fermi": ("费米",),
    "Fisher": ("费舍尔", "费希尔", "费雪"),
    "Fourier": ("傅里叶", "傅立叶"),
    "Frobenius": ("弗罗贝尼乌斯",),
    "Fréchet": ("弗雷歇", "弗雷谢"),
    "Galerkin": ("伽辽金",),
    "Gauss": ("高斯",),
    "Gaussian": ("高斯", "正态"),
    "Gibbs": ("吉布斯",),
    "Granger": ("格兰杰",),
    "Hamming": ("汉明",),
    "Hamiltonian": ("哈密顿", "哈密尔顿"),
    "Hermitian": ("厄米", "埃尔米特"),
    "Hessian": ("海森", "黑塞", "海塞"),
    "Hilbert": ("希尔伯特",),
    "Ising": ("伊辛",),
    "Jacobi": ("雅可比", "雅各比"),
    "Jacobian": ("雅可比", "雅各比"),
    "Jensen": ("詹森", "延森"),
    "Kalman": ("卡尔曼",),
    "Kolmogorov": ("柯尔莫哥洛夫", "科尔莫戈罗夫"),
    "Lagrange": ("拉格朗日",),
    "Lagrangian": ("拉格朗日",),
    "Langevin": ("朗之万",),
    "Laplace": ("拉普拉斯",),
    "Laplacian": ("拉普拉斯",),
    "Lebesgue": ("勒贝格",),
    "Legendre": ("勒让德",),
    "Lipschitz": ("利普希茨", "李普希茨"),
    "Lyapunov": ("李雅普诺夫", "李亚普诺夫"),
    "Mahalanobis": ("马氏", "马哈拉诺比斯"),
    "Markov": ("马尔可夫", "马尔科夫", "MDP"),
    "Markovian": ("马尔可夫", "马尔科夫"),
    "Maxwell": ("麦克斯韦",),
    "Minkowski": ("闵可夫斯基", "闵氏"),
    "Nash": ("纳什",),
    "Nesterov": ("涅斯捷罗夫",),
    "Newton": ("牛顿",),
    "Nyquist": ("奈奎斯特",),
    "Pareto": ("帕累托",),
    "Pearson": ("皮尔逊",),
    "Planck": ("普朗克",),
    "Poincaré": ("庞加莱",),
    "Poisson": ("泊松",),
    "Radon": ("拉东", "氡"),
    "Riemann": ("黎曼",),
    "Runge": ("龙格",),
    "Riemannian": ("黎曼",),
    "Schrödinger": ("薛定谔",),
    "Shannon": ("香农",),
    "Shapley": ("沙普利", "夏普利"),
    "Sinkhorn": ("辛克霍恩",),
    "Sobolev": ("索伯列夫", "索博列夫"),
    "Socratic": ("苏格拉底",),
    "Spearman": ("斯皮尔曼",),
    "Stackelberg": ("斯塔克尔伯格", "斯塔克伯格"),
    "Taylor": ("泰勒",),
    "Turing": ("图灵",),
    "Voronoi": ("沃罗诺伊", "泰森"),
    "Wasserstein": ("瓦瑟斯坦", "沃瑟斯坦"),
    "Wiener": ("维纳",),
    "Zipf": ("齐普夫", "齐夫"),
}
"""People's names that Chinese usually transliterates, with the usual Chinese."""

TRANSLITERATING = frozenset(
    "阿埃艾爱安昂奥澳巴拜班邦保鲍贝本比彼宾波伯玻博布茨达戴丹道德登邓迪第蒂丁东杜敦多厄恩尔法凡范菲费芬丰冯夫弗"
    "佛福盖冈戈哥格根古瓜哈海汉豪赫亨洪胡华怀霍基吉加贾杰金卡凯坎康考柯科可克肯孔库奎昆拉腊莱赖兰朗劳勒雷里黎理利"
    "莉立丽连廉列林琳卢鲁路伦罗洛吕马玛迈麦曼芒毛梅门蒙米密敏明摩莫默姆穆纳娜奈南内尼涅宁牛纽诺努欧帕潘庞培佩彭蓬"
    "皮匹平珀普齐奇恰乔切琴让热仁荣儒瑞萨塞赛桑瑟森沙山尚绍舍申圣施史士斯丝司苏索所塔泰坦汤唐陶特腾提廷图托陀瓦"
    "万旺威韦维魏温文翁沃乌伍武西希锡夏香肖谢辛欣休许雅亚延扬杨耶叶伊易因英尤约泽扎詹珍芝"
)
"""Characters that transliterations are made of; two in a row may be one."""

HAS_CHINESE: dict[str, tuple[str, ...]] = {
    "Alibaba": ("阿里巴巴",),
    "Android": ("安卓",),
    "Amazon": ("亚马逊",),
    "Apple": ("苹果",),
    "Atari": ("雅达利",),
    "Bitcoin": ("比特币",),
    "ByteDance": ("字节跳动",),
    "Ethereum": ("以太坊",),
    "Ethernet": ("以太网",),
    "Falcon": ("猎鹰",),
    "Facebook": ("脸书",),
    "Gemini": ("双子座", "双子"),
    "Google": ("谷歌",),
    "Huawei": ("华为",),
    "Julia": ("朱利亚", "茱利亚"),
    "LiDAR": ("激光雷达",),
    "Microsoft": ("微软",),
    "Minecraft": ("我的世界",),
    "NVIDIA": ("英伟达",),
    "Nvidia": ("英伟达",),
    "Olympiad": ("奥林匹克", "奥赛"),
    "Reddit": ("红迪",),
    "StarCraft": ("星际争霸",),
    "Sudoku": ("数独",),
    "Tencent": ("腾讯",),
    "Tesla": ("特斯拉",),
    "TikTok": ("抖音",),
    "Twitter": ("推特",),
    "Unitree": ("宇树",),
    "WeChat": ("微信",),
    "Weibo": ("微博",),
    "Wikipedia": ("维基百科",),
    "Xiaohongshu": ("小红书",),
    "YouTube": ("油管",),
}
"""Companies, sites and games with a Chinese name of their own, which is as good."""

_KEPT = """
    Claude Coq Fortran Franka Gemma Grok Hadoop Haskell Isabelle Java Keras
    Kotlin Kubernetes Linux Llama Mistral Mixtral Python Qwen Rust Scala Verilog
"""
ALWAYS_KEPT = frozenset(_KEPT.split())
"""Models, programming languages and tools that are one capitalised word and stay in Latin."""
